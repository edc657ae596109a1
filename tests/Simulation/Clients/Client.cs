using Baton.Contracts.Sessions;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Grains.Sessions;
using Baton.Simulation.Nodes;

namespace Baton.Simulation.Clients;

/// <summary>
/// Asks for one request and follows its log to the end; when its gateway dies it goes on at another one, from the entry
/// behind the last that it has seen. It may cancel at any time.
/// </summary>
internal sealed class Client
{
    private const int MostGateways = 8;
    private const int MostPromptTokens = 30;

    private readonly World _world;
    private readonly GenerationRequest _request;
    private readonly TimeSpan _arrives;
    private readonly TimeSpan? _cancels;
    private readonly List<SessionEvent> _seen = [];

    public Client(World world, int number)
    {
        _world = world;
        Id = $"r{number}";
        _request = Ask(world.Random, number);
        _arrives = TimeSpan.FromMilliseconds(world.Random.Next(300, 3000));
        _cancels = world.Random.Next(6) == 0 ? TimeSpan.FromMilliseconds(world.Random.Next(1500)) : null;
    }

    public string Id { get; }

    /// <summary>How it ended; null while it has not.</summary>
    public string? End { get; private set; }

    public async Task Live()
    {
        await Task.Delay(_arrives, _world.Time);
        for (var tried = 0; End is null && tried < MostGateways; tried++)
        {
            if (!_world.Gateways.Any())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), _world.Time);
                continue;
            }

            await Follow(_world.Any(_world.Gateways));
        }

        End ??= "no gateway";
        _world.Count($"request {End}");
        _world.Trace.Add($"{Id} ends: {End}, {_seen.Count} entries");
    }

    /// <summary>Each choice has the tokens that it would have had alone, in order, and all of them if it is done.</summary>
    public void Check()
    {
        if (_world.IsCalm && End is not "done" and not "error: cancelled")
        {
            _world.Violate($"{Id} ended with {End}, and nothing had gone wrong");
        }

        for (var choice = 0; choice < _request.Choices.Length; choice++)
        {
            var expected = Model.Expected(_request, choice);
            var tokens = _seen.Where(e => e.Choice == choice && e.Kind == SessionEventKind.Token).Select(e => e.Token).ToArray();
            var isRight = End == "done"
                ? tokens.AsSpan().SequenceEqual(expected)
                : tokens.Length <= expected.Length && tokens.AsSpan().SequenceEqual(expected.AsSpan(0, tokens.Length));
            if (!isRight)
            {
                _world.Violate($"{Id}/{choice}, {End}, has {string.Join(' ', tokens)} and not {string.Join(' ', expected)}");
            }
        }
    }

    private async Task Follow(GatewayNode gateway)
    {
        _world.Trace.Add($"{Id} asks {gateway.Name}");
        var session = gateway.Session(Id);
        var starting = session.Start(_request);
        if (await Task.WhenAny(starting, gateway.Died) != starting)
        {
            return;
        }

        var outcome = await starting;
        if (session.Here is not { } run)
        {
            End = $"refused: {outcome}";
            return;
        }

        if (outcome == StartOutcome.Started && _seen.Count > 0)
        {
            // Nobody had a copy, and it is another session: each choice is the same again, the turns they take are not.
            _world.Count("session lost with its gateway");
            _seen.Clear();
        }

        if (_cancels is { } after)
        {
            _world.Time.In(after, session.Cancel);
        }

        using var gone = new CancellationTokenSource();
        var reading = Read(run, gone.Token);
        if (await Task.WhenAny(reading, gateway.Died) != reading)
        {
            gone.Cancel();
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task Read(ISessionRecord run, CancellationToken cancellationToken)
    {
        await foreach (var entry in run.ReadAsync(_seen.Count, cancellationToken))
        {
            if (entry.Index != _seen.Count)
            {
                _world.Violate($"{Id}: entry {entry.Index} follows on {_seen.Count - 1}");
            }

            _seen.Add(entry);
        }

        End = _seen is [.., { Kind: SessionEventKind.Error } error] ? $"error: {error.Reason}"
            : _seen.Count(e => e.Kind == SessionEventKind.Finish) == _request.Choices.Length ? "done"
            : null;
        if (End is null)
        {
            _world.Violate($"{Id}: the log ended after {_seen.Count} entries, without an end");
        }
    }

    private static GenerationRequest Ask(Random random, int number)
    {
        // Few distinct beginnings, so that prefixes are shared often.
        var prompt = random.Next(1, MostPromptTokens);
        var start = random.Next(3) * 1000;
        return new GenerationRequest
        {
            Choices = [.. Enumerable.Range(0, random.Next(4) == 0 ? 2 : 1).Select(choice => new ChoiceRequest
            {
                Prompt = [.. Enumerable.Range(0, prompt).Select(i => i < 12 ? start + i : start + (number * 100) + i)],
                Sampling = random.Next(2) == 0
                    ? SamplingOptions.Greedy with { Seed = (ulong)random.Next() }
                    : new SamplingOptions { Seed = (ulong)random.Next() },
            })],
            Stop = new StopRules
            {
                MaxTokens = random.Next(6) == 0 ? 1 : random.Next(2, Model.MostTokens - MostPromptTokens),
                EndTokens = [Model.EndToken],
                IgnoreEnd = random.Next(2) == 0,
            },
            CacheSalt = random.Next(6) == 0 ? $"salt {number}" : "",
            BodyFingerprint = $"body {number}",
        };
    }
}
