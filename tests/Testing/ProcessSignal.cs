using System.Diagnostics;
using System.Globalization;

namespace Baton.Testing;

/// <summary>Signals to processes, by the program that every Unix has.</summary>
public static class ProcessSignal
{
    /// <param name="signal">Such as -TERM, -STOP or -CONT.</param>
    /// <param name="process">Its id; it may be gone already.</param>
    public static void Send(string signal, int process)
    {
        var start = new ProcessStartInfo("kill", [signal, process.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
        };
        using var kill = Process.Start(start)!;
        kill.WaitForExit();
    }
}
