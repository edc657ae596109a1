using System.IO.Compression;

namespace Baton.Training.Text;

/// <summary>Public-domain stories and chapters from a gzip file, with a separator line between them.</summary>
public static class Novels
{
    private const string Separator = "\n\n<|endofdoc|>\n\n";

    public static IReadOnlyList<string> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return reader.ReadToEnd().Split(Separator, Clean);
    }
}
