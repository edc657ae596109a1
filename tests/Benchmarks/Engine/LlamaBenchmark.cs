using System.Diagnostics;

namespace Baton.Benchmarks.Engine;

/// <summary>
/// llama.cpp on the same weights, prompts and batches as <see cref="EngineBenchmark"/>, in this process. It draws no tokens,
/// which it would have to in use.
/// </summary>
internal sealed unsafe class LlamaBenchmark : IDisposable
{
    private readonly LlamaLibrary _llama;
    private readonly string _file;
    private readonly int _batch;
    private readonly int _decodePrompt;

    public LlamaBenchmark(string library, string folder, bool quantize, int threads, int sequences, int prompt, int decodePrompt)
    {
        (_batch, _decodePrompt) = (prompt, decodePrompt);
        var positions = decodePrompt + EngineBenchmark.DecodeTokens;
        _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");
        new GgufModel(folder, quantize).Write(_file);
        _llama = new LlamaLibrary(library, _file, threads, sequences, Math.Max(positions, prompt), prompt);
    }

    /// <summary>Tokens a second of a prompt.</summary>
    public double Prefill(int tokens)
    {
        _llama.Clear();
        var start = Stopwatch.GetTimestamp();
        _llama.Run([.. Enumerable.Range(0, tokens).Select(i => (0, i, 3 + (i * 31 % 200), i == tokens - 1))]);
        _ = _llama.Logits(tokens - 1)[0];
        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Tokens a second of a batch that decodes.</summary>
    public double Decode(int batch)
    {
        _llama.Clear();
        for (var s = 0; s < batch; s++)
            Read(s);

        var rows = new (int, int, int, bool)[batch];
        var start = Stopwatch.GetTimestamp();
        for (var step = 1; step < EngineBenchmark.DecodeTokens; step++)
        {
            for (var s = 0; s < batch; s++)
                rows[s] = (s, _decodePrompt + step - 1, 3 + ((s + step) * 31 % 200), true);

            _llama.Run(rows);
            for (var s = 0; s < batch; s++)
                _ = _llama.Logits(s)[0];
        }

        return batch * (EngineBenchmark.DecodeTokens - 1) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The likeliest token after a prompt.</summary>
    public int Next(int[] prompt, int vocabulary)
    {
        _llama.Clear();
        _llama.Run([.. prompt.Select((t, i) => (0, i, t, i == prompt.Length - 1))]);
        var logits = new ReadOnlySpan<float>(_llama.Logits(prompt.Length - 1), vocabulary);
        var best = 0;
        for (var i = 1; i < vocabulary; i++)
            best = logits[i] > logits[best] ? i : best;

        return best;
    }

    private void Read(int sequence)
    {
        var rows = Enumerable.Range(0, _decodePrompt).Select(i => (sequence, i, 3 + ((sequence + i) * 31 % 200), i == _decodePrompt - 1));
        foreach (var chunk in rows.Chunk(_batch))
            _llama.Run(chunk);
    }

    public void Dispose()
    {
        _llama.Dispose();
        File.Delete(_file);
    }
}
