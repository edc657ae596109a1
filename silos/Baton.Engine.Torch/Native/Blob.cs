using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Native;

/// <summary>
/// Tensors over memory that others own, through libtorch's stable C interface: TorchSharp itself can only wrap managed
/// arrays. The handles of both are the same thing, a pointer to an at::Tensor.
/// </summary>
internal static unsafe partial class Blob
{
    private const string Library = "torch_cpu";
    private const int Cpu = 0;

    /// <summary>A contiguous CPU tensor over <paramref name="address"/>; the memory must outlive it.</summary>
    public static Tensor Over(nint address, ScalarType type, params ReadOnlySpan<long> shape)
    {
        Span<long> strides = stackalloc long[shape.Length];
        long stride = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        fixed (long* sizes = shape)
        fixed (long* steps = strides)
        {
            nint handle;
            Check(CreateFromBlob((void*)address, shape.Length, sizes, steps, 0, (int)type, Cpu, 0, &handle));
            return Tensor.UnsafeCreateTensor(handle);
        }
    }

    /// <summary>The elements of a contiguous f32 CPU tensor, valid while the tensor lives.</summary>
    public static Span<float> Floats(Tensor tensor, int count) => new((void*)Address(tensor), count);

    /// <summary>Where the elements of a CPU tensor begin.</summary>
    public static nint Address(Tensor tensor)
    {
        void* data;
        Check(GetDataPointer(tensor.Handle, &data));
        return (nint)data;
    }

    private static void Check(int status)
    {
        if (status != 0)
            throw new InvalidOperationException("libtorch refused a tensor over external memory.");
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int CreateFromBlob(
        void* data, long rank, long* sizes, long* strides, long offset, int type, int device, int index, nint* result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(nint tensor, void** data);
}
