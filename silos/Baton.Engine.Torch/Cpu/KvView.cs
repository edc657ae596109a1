using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Cpu;

/// <summary>Where a vector lies in the worker's KV memory: f32 [block][layer][K, V][kv head][token][head dim].</summary>
internal readonly unsafe struct KvView(ModelConfig config, nint memory)
{
    private readonly float* _memory = (float*)memory;
    private readonly long _head = (long)TorchModel.BlockTokens * config.HeadDim;
    private readonly long _side = (long)TorchModel.BlockTokens * config.KvSize;
    private readonly long _block = 2L * config.Layers * TorchModel.BlockTokens * config.KvSize;

    /// <summary>A head's keys in a block: [token, head dim].</summary>
    public float* Keys(int layer, int block, int head) => _memory + (block * _block) + (2 * layer * _side) + (head * _head);

    /// <summary>A head's values in a block: [token, head dim].</summary>
    public float* Values(int layer, int block, int head) => Keys(layer, block, head) + _side;
}
