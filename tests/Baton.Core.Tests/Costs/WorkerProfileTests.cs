using Baton.Core.Costs;

namespace Baton.Core.Tests.Costs;

public sealed class WorkerProfileTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(128, 18.452)]
    [InlineData(1000, 32.106)]
    [InlineData(8192, 169.137)]
    [InlineData(32768, 966.077)]
    public void PrefillMs_Mocker_Vectors(long tokens, double ms) =>
        Assert.Equal(ms, PublishedProfiles.Mocker.PrefillMs(StepWork.Prompt(tokens)), 0.001);

    [Theory]
    [InlineData(0, 5.74)]
    [InlineData(0.25, 17.634)]
    [InlineData(0.5, 26.31)]
    [InlineData(1, 34.01)]
    public void DecodeMs_Mocker_Vectors(double occupancy, double ms) =>
        Assert.Equal(ms, PublishedProfiles.Mocker.DecodeMs(StepWork.Decode(1, 0), occupancy), 0.001);

    [Fact]
    public void DecodeMs_BelowTheFloor_IsTheFloor()
    {
        var profile = new WorkerProfile { Name = "x", DecodeFloor = 2, DecodeConstant = 1 };
        Assert.Equal(2, profile.DecodeMs(StepWork.Decode(1, 0), 0));
        Assert.Equal(0, profile.DecodeMs(StepWork.Prompt(5), 0));
    }

    // 72.1 and 96.1 ms before the overheads, of 3 ms and 1e-4 ms a token.
    [Theory]
    [InlineData("opt-13b", 72.1)]
    [InlineData("opt-13b-vllm", 96.1)]
    public void PrefillMs_DistServe_AsPublished(string name, double ms) =>
        Assert.Equal(ms + 3 + (512 * 1e-4), PublishedProfiles.Find(name)!.PrefillMs(StepWork.Prompt(512)), 0.1);

    [Fact]
    public void DecodeMs_FromTheLargeBatchOn_OtherCosts()
    {
        var profile = PublishedProfiles.Find("opt-13b")!;
        Assert.Equal(21.93 + (94 * 0.0385) + (94_000 * 7.269e-4), profile.DecodeMs(StepWork.Decode(94, 94_000), 0), 0.05);
        Assert.Equal(9.166 + (95 * 0.1583) + (95_000 * 6.798e-4), profile.DecodeMs(StepWork.Decode(95, 95_000), 0), 0.05);
    }

    [Fact]
    public void TransferMs_ALongPrompt_BytesByLink()
    {
        // Eight thousand tokens of a model with grouped heads, over 64 GB a second.
        var profile = new WorkerProfile { Name = "x", KvBytesPerToken = 131_072, LinkGBPerSecond = 64 };
        Assert.Equal(16.8, profile.TransferMs(8192), 0.05);
    }

    [Fact]
    public void Load_Names_ArePublished()
    {
        Assert.Same(PublishedProfiles.Mocker, ProfileFile.Load("mocker"));
        Assert.Same(PublishedProfiles.Instant, ProfileFile.Load("instant"));
        Assert.Throws<InvalidDataException>(() => ProfileFile.Load("no such profile"));
    }

    [Fact]
    public void Parse_OwnText_SameProfile() => Assert.All(
        PublishedProfiles.All, profile => Assert.Equal(profile, ProfileFile.Parse(ProfileFile.Text(profile))));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("{\"name\":\"x\",\"prefilConstant\":1}")]
    [InlineData("{\"name\":\"x\",\"layers\":0}")]
    [InlineData("{\"name\":\"x\",\"layers\":3,\"kvBytesPerToken\":100}")]
    [InlineData("{\"name\":\"x\",\"linkGBPerSecond\":0}")]
    public void Parse_NotAProfile_SaysSo(string json) =>
        Assert.Throws<InvalidDataException>(() => ProfileFile.Parse(json));
}
