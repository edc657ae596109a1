using System.Diagnostics;
using System.Globalization;
using Baton.Training.Model;
using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>Trains for a budget of minutes, keeps checkpoints, and goes on from one when it finds it.</summary>
public sealed class Trainer(LlamaTwin twin, Corpus corpus, HeldOut heldOut, string folder) : IDisposable
{
    public const string CheckpointFile = "checkpoint.safetensors";

    private const double MatrixRate = 0.02;
    private const double MatrixDecay = 0.1;
    private const double OtherRate = 0.004;
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(8);

    private readonly Muon _muon = new(twin.Weights);
    private readonly Adam _adam = new(twin.Weights.Tensors.Where(t => !Muon.Owns(t.Key, t.Value)));
    private readonly Batches _drills = new(corpus);
    private TrainingState _state = new();

    public void Run(TimeSpan budget)
    {
        var checkpoint = new Checkpoint(Path.Combine(folder, CheckpointFile), States());
        _state = checkpoint.Load() ?? _state;
        var batches = new Batches(corpus);
        var before = _state.Elapsed;
        var clock = Stopwatch.StartNew();
        var saved = TimeSpan.Zero;
        var stoppable = Path.Combine(folder, "stop");
        while (_state.Elapsed < budget && !File.Exists(stoppable))
        {
            Step(batches, _state.Elapsed / budget);
            _state = _state with { Elapsed = before + clock.Elapsed };
            if (clock.Elapsed - saved > CheckpointInterval)
            {
                saved = clock.Elapsed;
                Save(checkpoint);
            }
        }

        Save(checkpoint);
    }

    public void Dispose()
    {
        _muon.Dispose();
        _adam.Dispose();
    }

    private void Step(Batches batches, double progress)
    {
        using var scope = NewDisposeScope();
        var start = Stopwatch.GetTimestamp();
        var drill = Schedule.IsDrill(progress, _state.Step);
        var (rows, length) = drill ? Schedule.DrillBatch : Schedule.Batch(progress);

        // Seeded by the step: a resumed run does not see the same documents again.
        var random = new Random(1_000_003 + _state.Step);
        var (ids, targets) = drill
            ? _drills.Next(rows, length, _ => TextKind.Echo, random)
            : batches.Next(rows, length, Schedule.Mix(progress), random);
        var loss = twin.Learn(ids, targets);
        var norm = ClipGradients(1.0);
        var rate = Schedule.Rate(progress);
        _muon.Step(MatrixRate * rate, MatrixDecay);
        _adam.Step(OtherRate * rate, _state.Step + 1);
        foreach (var weight in twin.Weights.Tensors.Values)
        {
            weight.grad!.zero_();
        }

        _state = _state with { Step = _state.Step + 1, Tokens = _state.Tokens + ((long)rows * length) };
        if (_state.Step % 5 == 0)
        {
            var speed = rows * length / Stopwatch.GetElapsedTime(start).TotalSeconds;
            Log($"step {_state.Step} progress {progress:F3} tokens {_state.Tokens} " +
                $"{(drill ? "drill " : string.Empty)}loss {loss:F3} norm {norm:F2} {speed:F0} tok/s");
        }
    }

    private double ClipGradients(double most)
    {
        using var off = no_grad();
        var gradients = twin.Weights.Tensors.Values.Select(t => t.grad!).ToArray();
        var norm = Math.Sqrt(gradients.Sum(g => g.square().sum().item<float>()));
        foreach (var gradient in gradients.Where(_ => norm > most))
        {
            gradient.mul_(most / norm);
        }

        return norm;
    }

    private void Save(Checkpoint checkpoint)
    {
        var losses = heldOut.Losses(twin);
        checkpoint.Save(_state);
        Log($"checkpoint step {_state.Step} tokens {_state.Tokens} held-out " +
            string.Join(' ', losses.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Kind} {l.Loss:F3}"))));
    }

    private Dictionary<string, Tensor> States() => twin.Weights.Tensors
        .Select(t => (Name: t.Key, State: t.Value))
        .Concat(_muon.States)
        .Concat(_adam.States)
        .ToDictionary(t => t.Name, t => t.State);

    private void Log(FormattableString message) => Log(message.ToString(CultureInfo.InvariantCulture));

    private void Log(string message)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_state.Elapsed.TotalMinutes:F1} min: {message}");
        Console.WriteLine(line);
        File.AppendAllText(Path.Combine(folder, "training.log"), line + "\n");
    }
}
