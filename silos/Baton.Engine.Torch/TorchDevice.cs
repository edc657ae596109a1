using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Baton.Engine.Torch;

/// <summary>Turns the device option into a device that is there.</summary>
internal static class TorchDevice
{
    /// <exception cref="ModelFormatException">The text names no device, or one that this machine lacks.</exception>
    public static Device Parse(string text)
    {
        if (text == "cpu")
            return CPU;

        if (Index(text) is not { } index)
            throw new ModelFormatException($"Device '{text}' is unknown; use cpu, cuda or cuda:n.");

        if (!cuda.is_available())
            throw new ModelFormatException(
                $"Device {text} is not available: this build or this machine has no CUDA (build with BatonCuda=true).");

        return index < cuda.device_count()
            ? new Device(DeviceType.CUDA, index)
            : throw new ModelFormatException($"Device {text} is not available: there are {cuda.device_count()}.");
    }

    /// <summary>Refuses number formats that the device's kernels do not compute with.</summary>
    public static void CheckFormat(WeightFormat format, Device device)
    {
        if (device.type != DeviceType.CPU && format is not (WeightFormat.Auto or WeightFormat.F32))
        {
            throw new ModelFormatException(
                $"Weights in {format.ToString().ToLowerInvariant()} are not supported on {device}; use auto or f32.");
        }
    }

    private static int? Index(string text) => text switch
    {
        "cuda" => 0,
        _ when text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => index,
        _ => null,
    };
}
