namespace Baton.Core.Planning;

/// <summary>The two phases of a request.</summary>
public enum Phase
{
    Prefill,
    Decode,
}
