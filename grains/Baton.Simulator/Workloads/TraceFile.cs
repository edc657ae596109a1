using System.IO.Compression;

namespace Baton.Simulator.Workloads;

/// <summary>Reads request traces, plain or compressed by gzip; which kind it is, its content says.</summary>
public static class TraceFile
{
    private static readonly byte[] GzipMark = [0x1f, 0x8b];

    /// <param name="path">The file.</param>
    /// <param name="seed">Spreads requests within the ticks of a trace that has them.</param>
    /// <returns>In order of arrival, the first at 0.</returns>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static IReadOnlyList<Arrival> Read(string path, int seed = 0)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = new byte[GzipMark.Length];
            bool isGzip = file.Read(start) == start.Length && start.AsSpan().SequenceEqual(GzipMark);
            file.Position = 0;
            using Stream content = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(content);
            return Read(reader, seed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not InvalidDataException)
        {
            throw new InvalidDataException($"The trace '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static IReadOnlyList<Arrival> Read(TextReader reader, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string? first = reader.ReadLine();
        List<Arrival> arrivals = first switch
        {
            not null when MooncakeTrace.Matches(first) => MooncakeTrace.Read(first, reader, seed),
            not null when AzureTrace.Matches(first) => AzureTrace.Read(reader),
            _ => throw new InvalidDataException(
                "The trace is neither Mooncake's (JSON lines with timestamp, input_length, output_length) "
                + "nor Azure's (CSV with TIMESTAMP, ContextTokens, GeneratedTokens)."),
        };
        if (arrivals.Count == 0)
            throw new InvalidDataException("The trace has no request.");
        TimeSpan begin = arrivals.Min(a => a.At);
        return [.. arrivals.Select(a => a with { At = a.At - begin }).OrderBy(a => a.At)];
    }
}
