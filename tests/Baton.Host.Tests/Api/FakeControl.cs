using Baton.Host.Api;

namespace Baton.Host.Tests.Api;

/// <summary>A cluster that has one worker to ask.</summary>
internal sealed class FakeControl : IClusterControl
{
    public const string Worker = "decode-1";

    public Task<bool> DrainAsync(string worker) => Task.FromResult(worker == Worker);
}
