using System.Globalization;
using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>How far a run has come.</summary>
public sealed record TrainingState
{
    public int Step { get; init; }

    public long Tokens { get; init; }

    public TimeSpan Elapsed { get; init; }
}

/// <summary>Weights, optimizer state and progress in one file.</summary>
public sealed class Checkpoint(string path, IReadOnlyDictionary<string, Tensor> tensors)
{
    public void Save(TrainingState state)
    {
        var metadata = new Dictionary<string, string>
        {
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            ["tokens"] = state.Tokens.ToString(CultureInfo.InvariantCulture),
            ["elapsed"] = state.Elapsed.ToString("c", CultureInfo.InvariantCulture),
        };
        SafeTensors.Write(path, tensors, ScalarType.Float32, metadata);
    }

    public TrainingState? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var metadata = SafeTensors.ReadInto(path, tensors);
        return new TrainingState
        {
            Step = int.Parse(metadata["step"], CultureInfo.InvariantCulture),
            Tokens = long.Parse(metadata["tokens"], CultureInfo.InvariantCulture),
            Elapsed = TimeSpan.Parse(metadata["elapsed"], CultureInfo.InvariantCulture),
        };
    }
}
