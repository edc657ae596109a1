using System.Runtime.ExceptionServices;

namespace Baton.Engine.Torch.Cpu;

/// <summary>Work in parts that any thread may take, in any order.</summary>
internal interface IParts
{
    /// <param name="part">Which part.</param>
    /// <param name="thread">Number of the thread that runs it, for memory of its own; 0 is the engine's.</param>
    void Run(int part, int thread);
}

/// <summary>
/// The engine's thread and its helpers. Parts are taken one by one, so a thread whose core is busy takes fewer. Helpers
/// wait actively for moments only, and the engine waits for none that has not begun: on cores that others use, it goes on
/// alone.
/// </summary>
internal sealed class CpuThreads : IDisposable
{
    // About twenty microseconds: as long as the engine's own work between two that are shared.
    private const int ActiveTurns = 400;

    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private IParts? _work;
    private int _parts;
    private int _next;
    private int _open;
    private int _inside;
    private int _asleep;
    private int _round;
    private Exception? _failure;
    private volatile bool _ended;

    public CpuThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _helpers = new Thread[threads - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var number = i + 1;
            _helpers[i] = new Thread(() => Help(number)) { IsBackground = true, Name = $"baton-cpu-{number}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Threads in all.</summary>
    public int Count => _helpers.Length + 1;

    /// <summary>
    /// Runs all parts and returns when they are done. What a part throws, on whatever thread, is thrown here, when no thread
    /// works any more.
    /// </summary>
    public void Run(IParts work, int parts)
    {
        if (parts == 1 || _helpers.Length == 0)
        {
            for (var i = 0; i < parts; i++)
                work.Run(i, 0);

            return;
        }

        (_work, _parts, _failure) = (work, parts, null);
        Volatile.Write(ref _next, 0);
        Interlocked.Exchange(ref _open, 1);
        Interlocked.Increment(ref _round);
        Wake(parts - 1);
        Take(work, parts, 0);
        Interlocked.Exchange(ref _open, 0);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _inside) > 0)
            wait.SpinOnce(sleep1Threshold: -1);

        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _ended = true;
        _wake.Release(Math.Max(1, _helpers.Length));
        foreach (var helper in _helpers)
            helper.Join();

        _wake.Dispose();
    }

    private void Help(int number)
    {
        var seen = 0;
        while (!_ended)
        {
            AwaitRound(seen);
            seen = Volatile.Read(ref _round);
            Interlocked.Increment(ref _inside);

            // Once inside, what is open stays open: the engine waits.
            if (Volatile.Read(ref _open) == 1)
                Take(_work!, _parts, number);

            Interlocked.Decrement(ref _inside);
        }
    }

    private void AwaitRound(int seen)
    {
        for (var turn = 0; turn < ActiveTurns; turn++)
        {
            if (Volatile.Read(ref _round) != seen || _ended)
                return;

            Thread.SpinWait(4);
        }

        Interlocked.Increment(ref _asleep);
        if ((Volatile.Read(ref _round) != seen || _ended) && TryTakeOneAsleep())
            return;

        _wake.Wait();
    }

    // Who takes one off the count owes it a permit, so no permit is left over for a thread that was late to wake.
    private void Wake(int most)
    {
        var woken = 0;
        while (woken < most && TryTakeOneAsleep())
            woken++;

        if (woken > 0)
            _wake.Release(woken);
    }

    private bool TryTakeOneAsleep()
    {
        for (int asleep; (asleep = Volatile.Read(ref _asleep)) > 0;)
        {
            if (Interlocked.CompareExchange(ref _asleep, asleep - 1, asleep) == asleep)
                return true;
        }

        return false;
    }

    private void Take(IParts work, int parts, int thread)
    {
        try
        {
            for (int part; (part = Interlocked.Increment(ref _next) - 1) < parts;)
                work.Run(part, thread);
        }
#pragma warning disable CA1031 // Whatever it is belongs to the engine's thread, which ends the engine; here it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }
}
