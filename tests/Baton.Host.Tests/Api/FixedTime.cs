namespace Baton.Host.Tests.Api;

/// <summary>A clock that stands still where answers show it; timers run.</summary>
internal sealed class FixedTime : TimeProvider
{
    public const long Seconds = 1_700_000_100;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
}
