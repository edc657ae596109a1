using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Engine.Torch;
using Baton.Silo.Engines;

namespace Baton.Silo.Tests.Engines;

public sealed class TorchEngineSourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_EnginesStillRun_TheModelGoesAfterThem()
    {
        List<EngineParts> parts = [];
        var source = new TorchEngineSource(
            ModelFolder(), new TorchOptions { Threads = 1 }, new EngineSettings { ClusterSecret = "test", KvBlocks = 64 });
        foreach (var role in new[] { WorkerRole.Prefill, WorkerRole.Decode })
            parts.Add(source.Create(role, bytes => new Silo.Memory.PrivateKvMemory(bytes)));

        foreach (var engine in parts.Select(p => p.Engine))
        {
            await engine.SubmitAsync(new EngineCommand.Start(Endless()), Token);
            Assert.NotEmpty((await engine.Reports.ReadAsync(Token)).Tokens);
        }

        await source.DisposeAsync();
        Assert.All(parts, p => Assert.True(p.Engine.Completion.IsCompletedSuccessfully));
        foreach (var part in parts)
            await part.DisposeAsync();
    }

    private static SequenceRequest Endless() => new()
    {
        Key = new SequenceKey("endless", 0, 0),
        Work = SequenceWork.Whole,
        Tokens = [1, 2, 3],
        PromptLength = 3,
        Sampling = SamplingOptions.Greedy,
        Stop = new StopRules { MaxTokens = 100_000, IgnoreEnd = true },
    };

    private static string ModelFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "host", "models", "baton-stories-7m");
    }
}
