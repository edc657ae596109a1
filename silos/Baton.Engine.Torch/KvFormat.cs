namespace Baton.Engine.Torch;

/// <summary>The number format in which keys and values are kept; what is computed with them is f32.</summary>
public enum KvFormat
{
    /// <summary>Nothing is rounded.</summary>
    F32,

    /// <summary>Half the memory and half the bytes of a handoff; keys and values are rounded once, when they are written.</summary>
    BF16,
}

internal static class KvFormats
{
    /// <summary>Bytes of a number.</summary>
    public static int Bytes(this KvFormat format) => format == KvFormat.BF16 ? sizeof(ushort) : sizeof(float);
}
