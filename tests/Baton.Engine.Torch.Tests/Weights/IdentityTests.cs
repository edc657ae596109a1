using System.Security.Cryptography;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Tests.Weights;

public sealed class IdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baton-identity-").FullName;
    private readonly Random _random = new(29);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // As of a training that leaves all but one tensor as they were.
    [Theory]
    [InlineData(300, 5000)]
    [InlineData(3000, 300)]
    public void OfOneChangedTensor_IsAnother(int count, int floats)
    {
        var tensors = Enumerable.Range(0, count).Select(i => ($"t{i}", new[] { floats }, Numbers(floats))).ToArray();
        var seen = new HashSet<string> { Identity(tensors) };
        Assert.False(seen.Add(Identity(tensors)));
        for (var round = 0; round < 20; round++)
        {
            ref var data = ref tensors[_random.Next(count)].Item3;
            var before = data;
            data = Numbers(floats);
            Assert.True(seen.Add(Identity(tensors)));
            data = before;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9_998)]
    [InlineData(19_999)]
    public void OfAChangeAtTheBeginningMiddleOrEndOfATensor_IsAnother(int at)
    {
        var tensors = Enumerable.Range(0, 100).Select(i => ($"t{i}", new[] { 5000 }, Numbers(5000))).ToArray();
        var before = Identity(tensors);
        tensors[37].Item3[at] ^= 1;
        Assert.NotEqual(before, Identity(tensors));
    }

    [Fact]
    public void OfOtherNames_IsAnother() =>
        Assert.NotEqual(Identity([("a", [4], new byte[16])]), Identity([("b", [4], new byte[16])]));

    private string Identity((string, int[], byte[])[] tensors)
    {
        Safetensors.Write(Path.Combine(_folder, "model.safetensors"), "F32", tensors);
        using var checkpoint = Checkpoint.Open(_folder);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        checkpoint.AddIdentity(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private byte[] Numbers(int floats)
    {
        var bytes = new byte[sizeof(float) * floats];
        _random.NextBytes(bytes);
        return bytes;
    }
}
