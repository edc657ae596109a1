using System.Security.Cryptography;
using System.Text;
using Baton.Core.Engine;
using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Native;
using Baton.Engine.Torch.Runner;
using Baton.Engine.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch;

/// <summary>
/// A loaded model: shape, weights and what the rest of the system must know. Immutable; several runners of one process
/// share it. Dispose it after all of them.
/// </summary>
public sealed class TorchModel : IDisposable
{
    /// <summary>Token positions of a KV block.</summary>
    public const int BlockTokens = 16;

    // Part of the KV's content: change it whenever the meaning of a KV block's bytes changes.
    private const string KvOrder = "layer,kv,head,dim,token|token,dim 16 v2";

    private readonly Checkpoint _checkpoint;
    private readonly StoredModel _stored;
    private int _disposed;
    private readonly Lazy<(ModelWeights Weights, long Bytes)> _weights;

    private TorchModel(
        string folder, TorchOptions options, ModelConfig config, Device device, Checkpoint checkpoint)
    {
        Config = config;
        Device = device;
        Threads = options.Threads;
        KvFormat = options.Kv;
        _checkpoint = checkpoint;
        Generation = GenerationDefaults.Read(folder, config.VocabularySize);
        _stored = new StoredModelReader(config, checkpoint).Read();
        _weights = new Lazy<(ModelWeights Weights, long Bytes)>(LoadTensors);
        var tokenBytes = KvBytesPerToken(config, options.Kv);
        var name = options.ModelId ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            Packed = device.type == DeviceType.CPU ? new CpuWeights(_stored, options.Weights, ThreadCount) : null;
            Info = new ModelInfo(
                name, config.MaxContext, config.VocabularySize, Packed?.Bytes ?? _weights.Value.Bytes);

            // After the weights: what is sampled of the files has been read by then. Before them each of a thousand
            // samples would wait for the disk.
            Layout = new KvLayout(
                BlockTokens, tokenBytes, KvContent(folder, checkpoint, $"{options.Kv} {KvOrder}{Loss(options.Weights, _stored)}"), config.Layers);
        }
        catch
        {
            FreeWeights();
            throw;
        }
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>What the model's makers recommend for generation.</summary>
    public GenerationDefaults Generation { get; }

    /// <summary>What the rest of the system must know of it.</summary>
    public ModelInfo Info { get; }

    /// <summary>How its KV blocks lie in memory.</summary>
    public KvLayout Layout { get; }

    internal int Threads { get; }

    /// <summary>How keys and values are kept.</summary>
    internal KvFormat KvFormat { get; }

    /// <summary>Bytes of weights that every step reads, the embedding's few rows aside.</summary>
    public long StepBytes => Packed?.StepBytes
        ?? Info.WeightBytes - (Config.TiedEmbeddings ? 0 : Weights.Embedding.numel() * sizeof(float));

    /// <summary>CPU threads of one operation.</summary>
    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>The weights as torch's operators want them; on a CPU made when they are first asked for.</summary>
    internal ModelWeights Weights => _weights.Value.Weights;

    /// <summary>The weights as kernels of our own want them; null elsewhere than on a CPU.</summary>
    internal CpuWeights? Packed { get; }

    internal Device Device { get; }

    /// <summary>Loads a Hugging Face model folder.</summary>
    /// <exception cref="ModelFormatException">The folder, the device or the format cannot be used.</exception>
    /// <exception cref="DllNotFoundException">libtorch is not there.</exception>
    public static TorchModel Load(string folder, TorchOptions? options = null)
    {
        options ??= new TorchOptions();
        var config = ModelConfigReader.Read(folder);
        TorchRuntime.EnsureLoaded();
        var device = TorchDevice.Parse(options.Device);
        TorchDevice.CheckFormat(options.Weights, device);
        if (options.Threads > 0)
            set_num_threads(options.Threads);

        var checkpoint = Checkpoint.Open(folder);
        try
        {
            return new TorchModel(folder, options, config, device, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>What runs it best on its device: kernels of our own on a CPU, torch operators elsewhere.</summary>
    /// <param name="memory">The worker's KV memory; outlives the runner.</param>
    /// <param name="kvBlocks">Blocks in it.</param>
    /// <param name="maxStepTokens">Most tokens of one plan.</param>
    public IModelRunner CreateRunner(IKvMemory memory, int kvBlocks, int maxStepTokens) => Packed is not null
        ? new CpuModelRunner(this, memory, kvBlocks, maxStepTokens)
        : new TorchModelRunner(this, memory, kvBlocks, maxStepTokens);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;

        FreeWeights();

        // The tensors may lie in its files.
        _checkpoint.Dispose();
    }

    private void FreeWeights()
    {
        if (_weights.IsValueCreated)
        {
            foreach (var tensor in Weights.All)
                tensor.Dispose();
        }

        Packed?.Dispose();
    }

    // What rounded weights compute is not what others do: their KV is another. One matrix is enough.
    private static string Loss(WeightFormat format, StoredModel model) => format switch
    {
        WeightFormat.Int8 => " int8",
        WeightFormat.BF16 when model.Matrices.Any(m => !m.IsBF16) => " bf16",
        _ => "",
    };

    private (ModelWeights Weights, long Bytes) LoadTensors()
    {
        // A load that fails half way leaves no tensor behind.
        using var scope = NewDisposeScope();
        var loader = new WeightLoader(Device);
        var weights = loader.Load(_stored);
        foreach (var tensor in weights.All)
            tensor.DetachFromDisposeScope();

        return (weights, loader.Bytes);
    }

    private static int KvBytesPerToken(ModelConfig config, KvFormat format)
    {
        var bytes = 2L * config.Layers * config.KvSize * format.Bytes();
        return bytes * BlockTokens <= int.MaxValue
            ? (int)bytes
            : throw new ModelFormatException(
                $"{ModelConfigReader.FileName}: {BlockTokens} tokens of KV would have {bytes * BlockTokens} bytes.");
    }

    private static string KvContent(string folder, Checkpoint checkpoint, string meaning)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(meaning));
        hash.AppendData(File.ReadAllBytes(Path.Combine(folder, ModelConfigReader.FileName)));
        checkpoint.AddIdentity(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
