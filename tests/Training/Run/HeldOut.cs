using Baton.Training.Model;
using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>Loss on text that training never sees: other novels, and seeds kept apart for the rest.</summary>
public sealed class HeldOut(Corpus corpus)
{
    private const int Rows = 8;
    private const int Length = 512;

    public IReadOnlyList<(TextKind Kind, double Loss)> Losses(LlamaTwin twin)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return Enum.GetValues<TextKind>().Select(kind => (kind, Loss(twin, kind))).ToArray();
    }

    private double Loss(LlamaTwin twin, TextKind kind)
    {
        var (ids, targets) = new Batches(corpus).Next(Rows, Length, _ => kind, new Random(-7 - (int)kind));
        return twin.Loss(ids, targets).item<float>();
    }
}
