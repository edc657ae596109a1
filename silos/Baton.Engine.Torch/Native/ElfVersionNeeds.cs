using System.Buffers.Binary;
using System.Text;

namespace Baton.Engine.Torch.Native;

/// <summary>Edits the version needs (.gnu.version_r) of a 64-bit little-endian ELF image in memory.</summary>
internal static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort FlagWeak = 2;

    /// <summary>Marks every need of <paramref name="version"/> weak; false when there is none.</summary>
    public static bool Weaken(Span<byte> image, string version)
    {
        var name = Encoding.ASCII.GetBytes(version + '\0');
        var found = false;
        var sections = Int64(image, 0x28);
        int sectionSize = UInt16(image, 0x3A), sectionCount = UInt16(image, 0x3C);
        for (var i = 0; i < sectionCount; i++)
        {
            var header = (int)sections + (i * sectionSize);
            if (UInt32(image, header + 4) == SectionTypeVersionNeeds)
            {
                var stringSection = (int)sections + ((int)UInt32(image, header + 0x28) * sectionSize);
                found |= WeakenSection(image, header, (int)Int64(image, stringSection + 0x18), name);
            }
        }

        return found;
    }

    private static bool WeakenSection(Span<byte> image, int header, int strings, ReadOnlySpan<byte> name)
    {
        var found = false;
        var need = (int)Int64(image, header + 0x18);
        var needCount = (int)UInt32(image, header + 0x2C);
        for (var i = 0; i < needCount; i++)
        {
            int auxCount = UInt16(image, need + 2), aux = need + (int)UInt32(image, need + 8);
            for (var k = 0; k < auxCount; k++)
            {
                if (image[(strings + (int)UInt32(image, aux + 8))..].StartsWith(name))
                {
                    var flags = image.Slice(aux + 4, sizeof(ushort));
                    BinaryPrimitives.WriteUInt16LittleEndian(
                        flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | FlagWeak));
                    found = true;
                }

                aux += (int)UInt32(image, aux + 12);
            }

            need += (int)UInt32(image, need + 12);
        }

        return found;
    }

    private static ushort UInt16(ReadOnlySpan<byte> image, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static uint UInt32(ReadOnlySpan<byte> image, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);

    private static long Int64(ReadOnlySpan<byte> image, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(image[at..]);
}
