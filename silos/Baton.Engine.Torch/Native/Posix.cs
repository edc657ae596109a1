using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Native;

/// <summary>The few calls of the C library that .NET has no equal for; no-ops on Windows.</summary>
internal static partial class Posix
{
    private const int AdviseDontNeed = 4;

    /// <summary>
    /// Sets a variable that native code can see. <see cref="Environment.SetEnvironmentVariable(string, string?)"/>
    /// changes only the runtime's own copy.
    /// </summary>
    public static void SetEnvironmentIfUnset(string name, string value)
    {
        if (!OperatingSystem.IsWindows())
            _ = SetEnv(name, value, overwrite: 0);
    }

    /// <summary>
    /// Drops the whole pages inside a range of a read-only file mapping; they are read again on demand.
    /// </summary>
    public static void DropPages(nint address, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;

        long page = Environment.SystemPageSize;
        var first = (address + page - 1) / page * page;
        var end = (address + bytes) / page * page;
        if (end > first)
            _ = Advise((nint)first, (nuint)(end - first), AdviseDontNeed);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
