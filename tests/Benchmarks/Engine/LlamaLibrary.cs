using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baton.Benchmarks.Engine;

/// <summary>
/// The few calls of llama.cpp's C interface that a measurement needs. Its parameter structures grow from release to release,
/// so they are passed as they come from the library's own defaults, in more room than they need; only the first four fields
/// of a context's are written: tokens in all, of a batch, of a micro-batch, and sequences.
/// </summary>
internal sealed unsafe class LlamaLibrary : IDisposable
{
    private readonly nint _library;
    private readonly nint _model;
    private readonly nint _context;
    private readonly delegate* unmanaged<nint, Batch, int> _decode;
    private readonly delegate* unmanaged<nint, int, float*> _logits;
    private readonly delegate* unmanaged<nint, nint> _memory;
    private readonly delegate* unmanaged<nint, byte, void> _clear;
    private readonly Batch _batch;

    /// <param name="folder">Where libllama and its backends lie.</param>
    /// <param name="model">A GGUF file.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="sequences">Most sequences at once.</param>
    /// <param name="positions">Positions of each.</param>
    /// <param name="batch">Most tokens of a call.</param>
    public LlamaLibrary(string folder, string model, int threads, int sequences, int positions, int batch)
    {
        LoadBackends(folder);
        _library = NativeLibrary.Load(Find(folder, "libllama.*so*"));
        ((delegate* unmanaged<delegate* unmanaged<int, byte*, void*, void>, void*, void>)Call("llama_log_set"))(&Silence, null);
        ((delegate* unmanaged<void>)Call("llama_backend_init"))();
        fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(model + '\0'))
        {
            var parameters = ((delegate* unmanaged<Parameters>)Call("llama_model_default_params"))();
            _model = ((delegate* unmanaged<byte*, Parameters, nint>)Call("llama_model_load_from_file"))(path, parameters);
        }

        if (_model == 0)
            throw new InvalidOperationException($"llama.cpp cannot load {model}.");

        var context = ((delegate* unmanaged<Parameters>)Call("llama_context_default_params"))();
        var fields = (uint*)&context;
        (fields[0], fields[1], fields[2], fields[3]) = ((uint)(sequences * positions), (uint)batch, (uint)batch, (uint)sequences);
        _context = ((delegate* unmanaged<nint, Parameters, nint>)Call("llama_init_from_model"))(_model, context);
        if (_context == 0)
            throw new InvalidOperationException("llama.cpp makes no context of that size.");

        ((delegate* unmanaged<nint, int, int, void>)Call("llama_set_n_threads"))(_context, threads, threads);
        _decode = (delegate* unmanaged<nint, Batch, int>)Call("llama_decode");
        _logits = (delegate* unmanaged<nint, int, float*>)Call("llama_get_logits_ith");
        _memory = (delegate* unmanaged<nint, nint>)Call("llama_get_memory");
        _clear = (delegate* unmanaged<nint, byte, void>)Call("llama_memory_clear");
        _batch = ((delegate* unmanaged<int, int, int, Batch>)Call("llama_batch_init"))(batch, 0, 1);
    }

    /// <summary>Forgets all sequences.</summary>
    public void Clear() => _clear(_memory(_context), 0);

    /// <summary>Runs tokens of several sequences: each with its position and whether its logits are wanted.</summary>
    public void Run(ReadOnlySpan<(int Sequence, int Position, int Token, bool Wanted)> rows)
    {
        var batch = _batch with { Tokens = rows.Length };
        for (var i = 0; i < rows.Length; i++)
        {
            (batch.Ids[i], batch.Positions[i], batch.SequenceCounts[i]) = (rows[i].Token, rows[i].Position, 1);
            (batch.Sequences[i][0], batch.Wanted[i]) = (rows[i].Sequence, rows[i].Wanted ? (byte)1 : (byte)0);
        }

        if (_decode(_context, batch) is not 0 and var failure)
            throw new InvalidOperationException($"llama.cpp refused a batch of {rows.Length}: {failure}.");
    }

    /// <summary>Logits after a row of the last run; this waits for them.</summary>
    public float* Logits(int row) => _logits(_context, row);

    public void Dispose()
    {
        ((delegate* unmanaged<Batch, void>)Call("llama_batch_free"))(_batch);
        ((delegate* unmanaged<nint, void>)Call("llama_free"))(_context);
        ((delegate* unmanaged<nint, void>)Call("llama_model_free"))(_model);
    }

    private static void LoadBackends(string folder)
    {
        var library = NativeLibrary.Load(Find(folder, "libggml.*so*"));
        var load = (delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(library, "ggml_backend_load_all_from_path");
        fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(folder + '\0'))
            load(path);
    }

    private static string Find(string folder, string pattern) =>
        (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : []).Order(StringComparer.Ordinal).FirstOrDefault()
        ?? throw new Baton.Engine.Torch.ModelFormatException($"{folder} has no {pattern}.");

    private nint Call(string name) => NativeLibrary.GetExport(_library, name);

    [UnmanagedCallersOnly]
    private static void Silence(int level, byte* text, void* data)
    {
    }

    [InlineArray(1024)]
    private struct Parameters
    {
        private byte _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Batch
    {
        public int Tokens;
        public int* Ids;
        public float* Embeddings;
        public int* Positions;
        public int* SequenceCounts;
        public int** Sequences;
        public byte* Wanted;
    }
}
