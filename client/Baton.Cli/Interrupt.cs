namespace Baton.Cli;

/// <summary>Ctrl-C: ends the running answer first, the program when there is none.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly Func<bool> _cancelAnswer;

    /// <param name="cancelAnswer">Ends the running answer; false when there is none, or it was asked before.</param>
    public Interrupt(Func<bool> cancelAnswer)
    {
        _cancelAnswer = cancelAnswer;
        Console.CancelKeyPress += OnKey;
    }

    public CancellationToken Leaving => _leaving.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnKey;
        _leaving.Dispose();
    }

    // Where no answer runs the key keeps its meaning: a prompt that waits for a line cannot be cancelled otherwise.
    private void OnKey(object? sender, ConsoleCancelEventArgs key)
    {
        key.Cancel = _cancelAnswer();
        if (!key.Cancel)
        {
            _leaving.Cancel();
        }
    }
}
