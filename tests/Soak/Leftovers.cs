using System.Globalization;

namespace Baton.Soak;

/// <summary>What processes hold, as the kernel has it.</summary>
internal static class Leftovers
{
    private const string Segments = "baton-kv-";
    private const string SharedMemory = "/dev/shm";
    private const string CloseWait = "08";
    private const string Connected = "01";

    /// <summary>
    /// Open files, without the program's own, which are opened when they are first needed (symbols by a logged stack), and
    /// without connections to who is there, which come and go.
    /// </summary>
    public static int Handles(int process) =>
        Files(process).Count(f => !IsOfProgram(f)) - Tcp(process).Count(s => s.State == Connected);

    /// <summary>What its open files are, and how many of each: sockets by their kind alone.</summary>
    public static string Describe(int process) => string.Join(", ", Files(process)
        .GroupBy(f => f.Split('[')[0])
        .Where(g => !IsOfProgram(g.Key))
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Count()}")));

    /// <summary>Mappings of segments whose name is gone.</summary>
    public static int DeadMappings(int process) => File.ReadLines($"/proc/{process}/maps")
        .Count(l => l.Contains(Segments, StringComparison.Ordinal) && l.EndsWith("(deleted)", StringComparison.Ordinal));

    /// <summary>TCP sockets that the peer has closed and the process has not.</summary>
    public static int HalfClosed(int process) => Tcp(process).Count(s => s.State == CloseWait);

    /// <summary>Segments that were made by any of these processes; their names begin with its id.</summary>
    public static int SharedSegments(IEnumerable<int> processes) => Directory.Exists(SharedMemory)
        ? processes.Sum(p => Directory.GetFiles(SharedMemory, string.Create(CultureInfo.InvariantCulture, $"{Segments}{p}-*")).Length)
        : 0;

    private static bool IsOfProgram(string file) =>
        file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".pdb", StringComparison.Ordinal);

    private static IEnumerable<(string Local, string State)> Tcp(int process)
    {
        var sockets = Files(process)
            .Where(f => f.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(f => f[8..^1]).ToHashSet();
        return File.ReadLines($"/proc/{process}/net/tcp").Concat(File.ReadLines($"/proc/{process}/net/tcp6"))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(c => c.Length > 9 && sockets.Contains(c[9]))
            .Select(c => (c[1], c[3]));
    }

    private static List<string> Files(int process)
    {
        var files = new List<string>();
        foreach (var file in Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")))
        {
            try
            {
                files.Add(new FileInfo(file).LinkTarget ?? "");
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }
        return files;
    }
}
