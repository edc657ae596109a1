namespace Baton.Engine.Simulated.Tests;

public sealed class SimulationProfileTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(128, 18.452)]
    [InlineData(1000, 32.106)]
    [InlineData(8192, 169.137)]
    [InlineData(32768, 966.077)]
    public void PrefillMs_Mocker_Vectors(long tokens, double ms) =>
        Assert.Equal(ms, SimulationProfile.Mocker.PrefillMs(tokens), 0.001);

    [Theory]
    [InlineData(0, 5.74)]
    [InlineData(0.25, 17.634)]
    [InlineData(0.5, 26.31)]
    [InlineData(1, 34.01)]
    public void DecodeMs_Mocker_Vectors(double occupancy, double ms) =>
        Assert.Equal(ms, SimulationProfile.Mocker.DecodeMs(occupancy), 0.001);

    [Fact]
    public void DecodeMs_BelowTheFloor_IsTheFloor() =>
        Assert.Equal(2, new SimulationProfile { Name = "x", DecodeFloor = 2, DecodeConstant = 1 }.DecodeMs(0));

    [Fact]
    public void Load_Names_AreBuiltIn()
    {
        Assert.Same(SimulationProfile.Mocker, SimulationProfile.Load("mocker"));
        Assert.Same(SimulationProfile.Instant, SimulationProfile.Load("instant"));
        Assert.Throws<InvalidDataException>(() => SimulationProfile.Load("no such profile"));
    }

    [Fact]
    public void Parse_OwnJson_SameProfile() =>
        Assert.Equal(SimulationProfile.Mocker, SimulationProfile.Parse(SimulationProfile.Mocker.ToJson()));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("{\"name\":\"x\",\"prefilConstant\":1}")]
    public void Parse_NotAProfile_SaysSo(string json) =>
        Assert.Throws<InvalidDataException>(() => SimulationProfile.Parse(json));
}
