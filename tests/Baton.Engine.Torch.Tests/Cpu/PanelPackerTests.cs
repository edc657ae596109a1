using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed class PanelPackerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baton-packer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0x3f80_0000, 0x3f80)] // 1
    [InlineData(0x3f80_8000, 0x3f80)] // A tie, to even.
    [InlineData(0x3f81_8000, 0x3f82)]
    [InlineData(0x3f80_8001, 0x3f81)]
    [InlineData(0x7f7f_ffff, 0x7f80)] // Beyond the largest.
    [InlineData(0x7f80_0000, 0x7f80)]
    [InlineData(0xff80_0000, 0xff80)]
    [InlineData(0x7f80_0001, 0x7fc0)] // What is no number stays none.
    [InlineData(0xff80_0001, 0xffc0)]
    [InlineData(0x7fff_ffff, 0x7fff)]
    [InlineData(0xffff_ffff, 0xffff)]
    [InlineData(0x7fc0_0000, 0x7fc0)]
    public void Pack_ToBF16_RoundsNumbersAndKeepsWhatIsNone(uint bits, uint rounded)
    {
        Assert.Equal(rounded, Packed(bits, output: 0) & 0xffff);
        Assert.Equal(rounded, Packed(bits, output: 8) >> 16);
    }

    // A panel's first word: outputs 0 and 8 of the only input.
    private unsafe uint Packed(uint bits, int output)
    {
        var data = new byte[sizeof(float) * PackedMatrix.PanelOutputs];
        BitConverter.GetBytes(bits).CopyTo(data, sizeof(float) * output);
        Safetensors.Write(Path.Combine(_folder, "model.safetensors"), "F32", [("w", [PackedMatrix.PanelOutputs, 1], data)]);
        using var checkpoint = Checkpoint.Open(_folder);
        var linear = new StoredLinear([checkpoint.Get("w", PackedMatrix.PanelOutputs, 1)], null);
        using var packed = new PanelPacker(WeightFormat.BF16, 1).Pack(linear);
        return *(uint*)packed.Panel(0, 0);
    }
}
