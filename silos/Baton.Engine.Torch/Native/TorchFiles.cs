using System.Runtime.InteropServices;

namespace Baton.Engine.Torch.Native;

/// <summary>The names of libtorch's files on a platform, in the order in which they must be loaded.</summary>
/// <param name="Rid">The platform as packages name it.</param>
/// <param name="Cpu">The file that marks a folder as libtorch's.</param>
/// <param name="Libraries">Dependencies first: each later one finds the earlier ones by name.</param>
/// <param name="Binding">TorchSharp's own native part.</param>
internal sealed record TorchFiles(string Rid, string Cpu, (string File, bool Required)[] Libraries, string Binding)
{
    public static TorchFiles Current { get; } = ForThisPlatform();

    private static TorchFiles ForThisPlatform()
    {
        if (OperatingSystem.IsWindows())
            return Named("win-x64", "", ".dll");

        if (OperatingSystem.IsMacOS())
            return Named("osx-arm64", "lib", ".dylib");

        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            return Named("linux-x64", "lib", ".so");

        throw new PlatformNotSupportedException(
            $"libtorch is not available for {RuntimeInformation.RuntimeIdentifier}; use the simulated engine.");
    }

    // Windows calls the binding LibTorchSharp.dll, elsewhere it is libLibTorchSharp: the prefix rule covers both.
    private static TorchFiles Named(string rid, string prefix, string suffix)
    {
        string Name(string library) => prefix + library + suffix;
        return new TorchFiles(
            rid,
            Name("torch_cpu"),
            [
                (Name("torch_global_deps"), false),
                (Name("c10"), true),
                (Name("torch_cpu"), true),
                (Name("c10_cuda"), false),
                (Name("torch_cuda"), false),
                (Name("torch"), true),
            ],
            Name("LibTorchSharp"));
    }
}
