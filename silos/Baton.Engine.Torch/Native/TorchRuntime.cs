using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Native;

/// <summary>
/// Loads libtorch and LibTorchSharp before the first TorchSharp call. TorchSharp's own loader would copy half a
/// gigabyte of natives beside the program and report every failure as a missing package.
/// </summary>
public static class TorchRuntime
{
    /// <summary>Runtime option (set by libtorch.targets) that holds the folder with libtorch.</summary>
    public const string FolderOption = "Baton.LibTorchFolder";

    /// <summary>Environment variable that overrides <see cref="FolderOption"/>, e.g. with a CUDA build.</summary>
    public const string FolderVariable = "BATON_LIBTORCH";

    // The binding asks for this version of the C++ library for one marker symbol that nothing uses. Where the system's
    // library is older (Debian 12), marking that need weak is enough for the dynamic loader to accept the file.
    private const string MarkerVersion = "GLIBCXX_3.4.32";

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Loads the natives once; later calls cost nothing. Returns the libtorch folder in use.</summary>
    /// <exception cref="DllNotFoundException">libtorch or the binding is absent or refused; says which.</exception>
    public static string EnsureLoaded() => Loaded.Value;

    private static string Load()
    {
        // Spinning OpenMP workers collapse as soon as anything else wants a core. OpenMP reads the variable when it is
        // loaded, so it must be set before; a user's own choice stays.
        Posix.SetEnvironmentIfUnset("OMP_WAIT_POLICY", "passive");
        var files = TorchFiles.Current;
        var folder = LibTorchFolder(files);
        foreach (var (file, required) in files.Libraries)
            LoadLibTorchFile(Path.Combine(folder, file), required);

        LoadBinding(FindBinding(files, folder));
        return folder;
    }

    private static string PackagedFolder(TorchFiles files) =>
        Path.Combine(AppContext.BaseDirectory, "runtimes", files.Rid, "native");

    private static string LibTorchFolder(TorchFiles files)
    {
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable(FolderVariable),
            // A published program brings its own.
            AppContext.BaseDirectory,
            PackagedFolder(files),
            AppContext.GetData(FolderOption) as string,
        ];
        return candidates.FirstOrDefault(c => c is { Length: > 0 } && File.Exists(Path.Combine(c, files.Cpu)))
            ?? throw new DllNotFoundException(
                $"libtorch was not found. Set {FolderVariable} to the folder that holds {files.Cpu}, " +
                "or restore the libtorch package and build again.");
    }

    private static void LoadLibTorchFile(string path, bool required)
    {
        if (!required && !File.Exists(path))
            return;

        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"libtorch could not load {Path.GetFileName(path)}: {e.Message}", e);
        }
    }

    private static string FindBinding(TorchFiles files, string libTorchFolder)
    {
        string[] candidates =
        [
            Path.Combine(AppContext.BaseDirectory, files.Binding),
            Path.Combine(PackagedFolder(files), files.Binding),
            Path.Combine(libTorchFolder, files.Binding),
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{files.Binding} is missing beside the program.");
    }

    private static void LoadBinding(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException refused) when (OperatingSystem.IsLinux())
        {
            LoadWeakenedCopy(path, refused);
        }
    }

    private static void LoadWeakenedCopy(string path, DllNotFoundException refused)
    {
        var file = Path.GetFileName(path);
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.Weaken(image, MarkerVersion))
            throw new DllNotFoundException($"{file} was refused: {refused.Message}", refused);

        // A fresh private folder: nobody else can swap the file between the write and the load.
        var folder = Directory.CreateTempSubdirectory("baton-torch-");
        try
        {
            var copy = Path.Combine(folder.FullName, file);
            File.WriteAllBytes(copy, image);
            NativeLibrary.Load(copy);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"{file} was refused, also with {MarkerVersion} made optional: {e.Message}", e);
        }
        finally
        {
            // The mapping outlives the file.
            folder.Delete(recursive: true);
        }
    }
}
