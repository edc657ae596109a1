using Baton.Core.Costs;
using Baton.Host.Api;

namespace Baton.Host.Tests.Api;

/// <summary>A cluster that has one worker to ask, and can have three of a phase.</summary>
internal sealed class FakeControl : IClusterControl
{
    public const string Worker = "decode-1";
    private const int Most = 3;

    /// <summary>What was asked last.</summary>
    public (int? Prefill, int? Decode) Asked { get; private set; }

    public Task<bool> DrainAsync(string worker) => Task.FromResult(worker == Worker);

    public Task<FittedProfile?> MeasureAsync(string worker) => Task.FromResult(
        worker == Worker ? new FittedProfile(PublishedProfiles.Mocker, 10, 0.02, 20, 0.03) : null);

    public Task<string?> ScaleAsync(int? prefill, int? decode)
    {
        Asked = (prefill, decode);
        return Task.FromResult(prefill > Most || decode > Most ? "There is no room." : null);
    }

    public Task ReleaseAsync()
    {
        Asked = default;
        return Task.CompletedTask;
    }
}
