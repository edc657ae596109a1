using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Benchmarks.Tokenizer;

/// <summary>
/// Megabytes of text a second that a tokenizer turns into tokens and back, on one thread; and how long it takes over what no
/// word boundary cuts.
/// </summary>
internal sealed class TokenizerBenchmark(string model, string text, int repetitions)
{
    private const int MostCharacters = 8 << 20;
    private const int RunCharacters = 1_000_000;

    public Dictionary<string, double> Run()
    {
        var tokenizer = HuggingFaceTokenizer.Load(model);
        var sample = Read();
        var bytes = Encoding.UTF8.GetByteCount(sample);
        var tokens = tokenizer.Encode(sample, addSpecialTokens: false);
        var results = new Dictionary<string, double>
        {
            ["megabytes"] = bytes / 1e6,
            ["bytesPerToken"] = (double)bytes / tokens.Length,

            // Fresh each time: a cache of words that has seen this very text would flatter.
            ["encodeMBs"] = bytes / 1e6 / Median(() => HuggingFaceTokenizer.Load(model), t => t.Encode(sample, false)),
            ["decodeMBs"] = bytes / 1e6 / Median(() => tokenizer, t => t.Decode(tokens, false)),
        };
        foreach (var (name, unit) in ((string, string)[])[("spaces", " "), ("letters", "a"), ("words", "word"), ("lines", "\n")])
        {
            var run = new StringBuilder().Insert(0, unit, RunCharacters / unit.Length).ToString();
            results[$"millionOf.{name}.seconds"] = Median(() => tokenizer, t => t.Encode(run, false));
        }

        return results;
    }

    private double Median(Func<HuggingFaceTokenizer> prepare, Action<HuggingFaceTokenizer> work) =>
        Enumerable.Range(0, repetitions).Select(_ => Seconds(prepare(), work)).Order().ElementAt(repetitions / 2);

    private static double Seconds(HuggingFaceTokenizer tokenizer, Action<HuggingFaceTokenizer> work)
    {
        var start = Stopwatch.GetTimestamp();
        work(tokenizer);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private string Read()
    {
        using var file = File.OpenRead(text);
        using Stream stream = text.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        var characters = new char[MostCharacters];
        return new string(characters, 0, reader.ReadBlock(characters));
    }
}
