namespace Baton.Core.Caching;

/// <summary>Names the content of a full KV block: its tokens and all that came before them.</summary>
public readonly record struct BlockHash(ulong High, ulong Low)
{
    public override string ToString() => $"{High:x16}{Low:x16}";
}
