using System.Runtime.InteropServices;
using Baton.Core.Engine;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>Zeroed native memory for a KV pool.</summary>
internal sealed unsafe class TestKvMemory(long bytes) : IKvMemory
{
    private void* _memory = NativeMemory.AllocZeroed((nuint)bytes);

    public nint Address => (nint)_memory;

    public long Bytes => bytes;

    public Span<byte> Block(KvLayout layout, int block) =>
        new((byte*)_memory + ((long)block * layout.BlockBytes), layout.BlockBytes);

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
