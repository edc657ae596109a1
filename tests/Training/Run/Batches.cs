using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>Packs documents end to end and cuts them into rows of tokens and their successors.</summary>
public sealed class Batches(Corpus corpus)
{
    private readonly List<int> _carry = [];

    public (Tensor Ids, Tensor Targets) Next(int rows, int length, Func<Random, TextKind> mix, Random random)
    {
        var flat = new long[rows * (length + 1)];
        for (var row = 0; row < rows; row++)
        {
            while (_carry.Count < length + 1)
            {
                corpus.Append(mix(random), random, _carry);
            }

            for (var i = 0; i <= length; i++)
            {
                flat[(row * (length + 1)) + i] = _carry[i];
            }

            // The last token of a row is only a target there, so it opens the next row.
            _carry.RemoveRange(0, length);
        }

        using var both = tensor(flat, rows, length + 1);
        return (both.narrow(1, 0, length).contiguous(), both.narrow(1, 1, length).contiguous());
    }
}
