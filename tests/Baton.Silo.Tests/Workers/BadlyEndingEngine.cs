using System.Threading.Channels;
using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Silo.Tests.Workers;

/// <summary>An engine whose end, when it has come, throws.</summary>
internal sealed class BadlyEndingEngine(IEngine engine) : IEngine
{
    public EngineInfo Info => engine.Info;

    public EngineLoad Load => engine.Load;

    public WorkerProfile Profile => engine.Profile;

    public ChannelReader<StepReport> Reports => engine.Reports;

    public Task Completion => engine.Completion;

    public FittedProfile Fit() => engine.Fit();

    public ValueTask SubmitAsync(EngineCommand command, CancellationToken cancellationToken = default) =>
        engine.SubmitAsync(command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        throw new InvalidOperationException("the device does not answer");
    }
}

/// <summary>Memory that says when it goes.</summary>
internal sealed class SpyMemory(IKvMemory memory, Action freed) : IKvMemory
{
    public nint Address => memory.Address;

    public long Bytes => memory.Bytes;

    public void Dispose()
    {
        freed();
        memory.Dispose();
    }
}
