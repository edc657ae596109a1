using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Baton.Training;

/// <summary>
/// Loads libtorch and LibTorchSharp before the first TorchSharp call. TorchSharp's own loader would copy half a
/// gigabyte of natives beside the program and report every failure as a missing package.
/// </summary>
public static class TorchRuntime
{
    /// <summary>Runtime option (set in the project file) that holds the folder with libtorch.</summary>
    public const string FolderOption = "Baton.LibTorchFolder";

    /// <summary>Environment variable that overrides <see cref="FolderOption"/>, e.g. with a CUDA build.</summary>
    public const string FolderVariable = "BATON_LIBTORCH";

    // Dependencies first: each later library then finds the earlier ones by SONAME, wherever they lie.
    private static readonly (string File, bool Required)[] LibTorchFiles =
    [
        ("libtorch_global_deps.so", false),
        ("libc10.so", true),
        ("libtorch_cpu.so", true),
        ("libc10_cuda.so", false),
        ("libtorch_cuda.so", false),
        ("libtorch.so", true),
    ];

    private const string BindingFile = "libLibTorchSharp.so";

    // The binding asks for this version of the C++ library for one marker symbol that nothing uses. Where the system's
    // library is older (Debian 12), marking that need weak is enough for the dynamic loader to accept the file.
    private const string MarkerVersion = "GLIBCXX_3.4.32";

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Loads the natives once; later calls cost nothing. Returns the libtorch folder in use.</summary>
    /// <exception cref="DllNotFoundException">A library is absent or refused; says which and why.</exception>
    public static string EnsureLoaded() => Loaded.Value;

    private static string Load()
    {
        var folder = LibTorchFolder();
        foreach (var (file, required) in LibTorchFiles)
        {
            LoadLibTorchFile(Path.Combine(folder, file), required);
        }

        LoadBinding(FindBinding(folder));
        return folder;
    }

    private static string LibTorchFolder()
    {
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable(FolderVariable),
            AppContext.GetData(FolderOption) as string,
            AppContext.BaseDirectory,
        ];
        return candidates.FirstOrDefault(c => c is { Length: > 0 } && File.Exists(Path.Combine(c, "libtorch_cpu.so")))
            ?? throw new DllNotFoundException(
                $"libtorch was not found. Set {FolderVariable} to the folder that holds libtorch_cpu.so, " +
                "or restore the libtorch package and build again.");
    }

    private static void LoadLibTorchFile(string path, bool required)
    {
        if (!required && !File.Exists(path))
        {
            return;
        }

        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"libtorch could not load {Path.GetFileName(path)}: {e.Message}", e);
        }
    }

    private static string FindBinding(string libTorchFolder)
    {
        string[] candidates =
        [
            Path.Combine(AppContext.BaseDirectory, BindingFile),
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", BindingFile),
            Path.Combine(libTorchFolder, BindingFile),
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{BindingFile} is missing beside the program.");
    }

    private static void LoadBinding(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException refused)
        {
            LoadWeakenedCopy(path, refused);
        }
    }

    private static void LoadWeakenedCopy(string path, DllNotFoundException refused)
    {
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.Weaken(image, MarkerVersion))
        {
            throw new DllNotFoundException($"{BindingFile} was refused: {refused.Message}", refused);
        }

        // A fresh private folder: nobody else can swap the file between the write and the load.
        var folder = Directory.CreateTempSubdirectory("baton-torch-");
        try
        {
            var copy = Path.Combine(folder.FullName, BindingFile);
            File.WriteAllBytes(copy, image);
            NativeLibrary.Load(copy);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"{BindingFile} was refused, also with {MarkerVersion} made optional: {e.Message}", e);
        }
        finally
        {
            // The mapping outlives the file.
            folder.Delete(recursive: true);
        }
    }
}

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
