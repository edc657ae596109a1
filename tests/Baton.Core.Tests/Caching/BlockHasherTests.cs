using Baton.Core.Caching;

namespace Baton.Core.Tests.Caching;

public sealed class BlockHasherTests
{
    private static readonly int[] Tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    private readonly BlockHasher _hasher = new("secret"u8, 4);

    // Computed with Python's hmac and struct: a hash is part of what workers of different versions agree on.
    [Fact]
    public void Extend_KnownTokens_KnownHashes()
    {
        List<BlockHash> chain = [];
        _hasher.Extend("salt", Tokens, chain);
        Assert.Equal("756c2287d412d52d89f3c99dc9af0bea", _hasher.Root("salt").ToString());
        Assert.Equal(
            ["b8d4aad68d740a25817af345aa959123", "09813c534dfd523d1fc7d159c28436fe"],
            chain.Select(h => h.ToString()));
    }

    [Fact]
    public void Extend_InParts_SameChain()
    {
        List<BlockHash> whole = [];
        List<BlockHash> parts = [];
        _hasher.Extend("", Tokens, whole);
        for (int length = 0; length <= Tokens.Length; length++)
            _hasher.Extend("", Tokens.AsSpan(0, length), parts);
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Next_AnyInputDiffers_OtherHash()
    {
        BlockHash root = _hasher.Root("");
        BlockHash[] hashes =
        [
            _hasher.Next(root, [1, 2, 3, 4]),
            _hasher.Next(root, [1, 2, 4, 3]),
            _hasher.Next(_hasher.Root("tenant"), [1, 2, 3, 4]),
            _hasher.Next(_hasher.Next(root, [1, 2, 3, 4]), [1, 2, 3, 4]),
            new BlockHasher("other"u8, 4).Next(root, [1, 2, 3, 4]),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Next_PartialBlock_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _hasher.Next(default, [1, 2, 3]));
}
