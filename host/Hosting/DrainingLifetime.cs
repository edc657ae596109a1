using System.Runtime.InteropServices;

namespace Baton.Host.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM drain first and stop then; a second signal stops at once. Takes the place of the console
/// lifetime, which would close every connection on the first signal.
/// </summary>
internal sealed class DrainingLifetime : IHostLifetime, IDisposable
{
    private const int StoppedAtOnce = 130;

    private readonly Drain _drain;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly PosixSignalRegistration[] _signals;
    private int _asked;

    public DrainingLifetime(Drain drain, IHostApplicationLifetime lifetime)
    {
        (_drain, _lifetime) = (drain, lifetime);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Asked),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Asked),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Asked),
        ];
    }

    /// <summary>Whether the process was told to end.</summary>
    public bool WasSignalled => Volatile.Read(ref _asked) > 0;

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void Asked(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _asked) > 1)
        {
            Environment.Exit(StoppedAtOnce);
        }

        _ = Task.Run(async () =>
        {
            await _drain.RunAsync();
            _lifetime.StopApplication();
        });
    }
}
