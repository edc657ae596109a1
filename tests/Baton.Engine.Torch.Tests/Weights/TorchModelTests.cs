using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Weights;

[Collection(TorchTests.Name)]
public sealed class TorchModelTests
{
    [Fact]
    public void Load_StatesTheModelAndItsLayout()
    {
        using var folder = new TestModel();
        using var model = TorchModel.Load(folder.Folder, new TorchOptions { ModelId = "tiny" });
        var info = model.Info;
        Assert.Equal(("tiny", 256, TestModel.Vocabulary), (info.Id, info.MaxContext, info.VocabularySize));
        var head = TestModel.Vocabulary * TestModel.Hidden * sizeof(float);
        Assert.Equal(new FileInfo(folder.WeightsPath).Length + head, model.Info.WeightBytes, 4096.0);
        Assert.Equal(TestModel.Layers * 2 * 2 * 8 * sizeof(float), model.Layout.BytesPerToken);
        Assert.Equal(16, model.Layout.BlockTokens);
    }

    [Fact]
    public void Load_WithoutAnId_TakesTheFolderName()
    {
        using var folder = new TestModel();
        using var model = TorchModel.Load(folder.Folder + Path.DirectorySeparatorChar);
        Assert.Equal(Path.GetFileName(folder.Folder), model.Info.Id);
    }

    [Fact]
    public void Fingerprint_OfTheSameModel_IsEqual_OfOtherWeightsOrConfig_IsNot()
    {
        using var folder = new TestModel();
        var first = Fingerprint(folder);
        Assert.Equal(first, Fingerprint(folder));

        var weights = File.ReadAllBytes(folder.WeightsPath);
        weights[^1] ^= 1;
        File.WriteAllBytes(folder.WeightsPath, weights);
        var otherWeights = Fingerprint(folder);
        Assert.NotEqual(first, otherWeights);

        folder.Config["rope_theta"] = 20_000.0;
        folder.WriteConfig();
        Assert.NotEqual(otherWeights, Fingerprint(folder));
    }

    [Theory]
    [InlineData("cuda", "Device cuda is not available")]
    [InlineData("cuda:1", "Device cuda:1 is not available")]
    [InlineData("cuda:x", "Device 'cuda:x' is unknown")]
    [InlineData("tpu", "Device 'tpu' is unknown; use cpu, cuda or cuda:n")]
    public void Load_OnAnAbsentDevice_IsRefused(string device, string message) =>
        AssertRefused(new TorchOptions { Device = device }, message);

    [Fact]
    public void Fingerprint_OfRoundedWeights_IsAnother_OfLosslessOnes_IsNot()
    {
        using var folder = new TestModel(type: "BF16");
        string Of(WeightFormat format)
        {
            using var model = TorchModel.Load(folder.Folder, new TorchOptions { Weights = format });
            return model.Layout.Fingerprint;
        }

        Assert.Equal(Of(WeightFormat.F32), Of(WeightFormat.Auto));
        Assert.Equal(Of(WeightFormat.F32), Of(WeightFormat.BF16));
        Assert.NotEqual(Of(WeightFormat.F32), Of(WeightFormat.Int8));
    }

    private static void AssertRefused(TorchOptions options, string message)
    {
        using var folder = new TestModel();
        var error = Assert.Throws<ModelFormatException>(() => TorchModel.Load(folder.Folder, options));
        Assert.StartsWith(message, error.Message);
    }

    private static string Fingerprint(TestModel folder)
    {
        using var model = folder.Load();
        return model.Layout.Fingerprint;
    }
}
