using System.Text;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Weights;

[Collection(TorchTests.Name)]
public sealed class BrokenCheckpointTests : IDisposable
{
    private const string Norm = "model.norm.weight";

    // As they stand in JSON: a line that forges another, one that commands a terminal, and one that fills a log.
    private static readonly string[] HostileNames = [@"x\nFATAL: y", @"\u001b[2J\u0007", new string('n', 1 << 20)];

    private readonly TestModel _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "model.safetensors is truncated: 0 bytes hold no header")]
    [InlineData(5, "model.safetensors is truncated: 5 bytes hold no header")]
    [InlineData(100, "model.safetensors is truncated: the header needs")]
    [InlineData(-1, "model.safetensors is truncated: its tensors need")]
    public void TruncatedFile_OneClearLine(int length, string message)
    {
        var bytes = File.ReadAllBytes(_folder.WeightsPath);
        File.WriteAllBytes(_folder.WeightsPath, bytes[..(length < 0 ? bytes.Length + length : length)]);
        AssertRefused(message);
    }

    [Fact]
    public void AnotherKindOfFile_OneClearLine()
    {
        File.WriteAllText(_folder.WeightsPath, "version https://git-lfs.github.com/spec/v1");
        AssertRefused("model.safetensors is not a safetensors file");
    }

    [Theory]
    [InlineData("{", "the header is not valid JSON")]
    [InlineData("[]", "the header is not a JSON object")]
    [InlineData("""{"a": 1}""", "the header entry of tensor a is malformed")]
    [InlineData(
        """{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}""",
        "the header entry of tensor a is malformed")]
    [InlineData(
        """{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}""",
        "the header entry of tensor a is malformed")]
    [InlineData("""{"a": {"dtype": "F33", "shape": [1], "data_offsets": [0, 4]}}""", "tensor a has unknown type F33")]
    [InlineData(
        """{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}""",
        "tensor a of F32 [2] needs 8 bytes but has 4")]
    [InlineData(
        """{"a": {"dtype": "F32", "shape": [4611686018427387904, 4611686018427387904, 4], "data_offsets": [0, 0]}}""",
        "bytes but has 0")]
    [InlineData(
        """
        {"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
         "b": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]}}
        """,
        "tensor b overlaps another")]
    [InlineData(
        """
        {"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
         "a": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}
        """,
        "tensor a is listed twice")]
    [InlineData(
        """{"a": {"dtype": "U8", "shape": [9223372036854775807], "data_offsets": [0, 9223372036854775807]}}""",
        "truncated")]
    public void BadHeader_OneClearLine(string header, string message)
    {
        Safetensors.WriteRaw(_folder.WeightsPath, header, new byte[16]);
        AssertRefused(message);
    }

    // By an indexer this header would take minutes: the last dimension is looked for among all before it.
    [Theory]
    [InlineData("""{"a": {"dtype": "F32", "shape": [$], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [1], "data_offsets": [$]}}""")]
    public void HugeArrayInTheHeader_IsRefusedByItsLength(string header)
    {
        var numbers = string.Concat(Enumerable.Repeat("1,", 500_000)) + "[]";
        Safetensors.WriteRaw(_folder.WeightsPath, header.Replace("$", numbers, StringComparison.Ordinal), new byte[16]);
        AssertRefused("model.safetensors: the header entry of tensor a is malformed");
    }

    [Theory]
    [InlineData("""{"$": 1}""", "the header entry of tensor")]
    [InlineData("""{"$": {"dtype": "F33", "shape": [1], "data_offsets": [0, 4]}}""", "has unknown type F33")]
    [InlineData("""{"a": {"dtype": "$", "shape": [1], "data_offsets": [0, 4]}}""", "tensor a has unknown type")]
    [InlineData("""{"$": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}""", "needs 8 bytes but has 4")]
    [InlineData(
        """
        {"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
         "$": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]}}
        """,
        "overlaps another")]
    [InlineData(
        """
        {"$": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
         "$": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}
        """,
        "is listed twice")]
    public void HostileNameInTheHeader_OneShortLine(string header, string message)
    {
        foreach (var name in HostileNames)
        {
            Safetensors.WriteRaw(_folder.WeightsPath, header.Replace("$", name, StringComparison.Ordinal), new byte[16]);
            AssertRefused(message);
        }
    }

    [Fact]
    public void HostileExtraTensors_OneShortLine()
    {
        foreach (var name in HostileNames)
        {
            using var folder = new TestModel();
            EditHeader(folder, h => h[JsonNode.Parse($"\"{name}\"")!.GetValue<string>()] = Safetensors.Entry("F32", [0], 0, 0));
            AssertRefused(folder, "tensors that config.json has no place for: ");
        }
    }

    [Fact]
    public void WrongType_NamesTheTensor() => AssertRefused(
        $"tensor {Norm} has type I32; weights are read from F32, BF16 and F16",
        h => h[Norm]!["dtype"] = "I32");

    [Fact]
    public void WrongShape_NamesBothShapes() => AssertRefused(
        $"tensor {Norm} has shape [16, 2]; config.json asks for [32]",
        h => h[Norm]!["shape"] = new JsonArray(16, 2));

    [Fact]
    public void MissingTensor_IsNamed() => AssertRefused(
        $"The checkpoint has no tensor {Norm}", h => h.Remove(Norm));

    [Fact]
    public void ExtraTensors_AreNamed() => AssertRefused(
        "tensors that config.json has no place for: model.extra",
        h => h["model.extra"] = Safetensors.Entry("F32", [0], 0, 0));

    [Fact]
    public void RedundantTensors_OfOldExporters_AreIgnored()
    {
        EditHeader(_folder, h =>
        {
            h["lm_head.weight"] = Safetensors.Entry("F32", [0], 0, 0);
            h["model.layers.0.self_attn.rotary_emb.inv_freq"] = Safetensors.Entry("F32", [0], 0, 0);
        });
        using var model = _folder.Load();
        Assert.Equal(TestModel.Vocabulary, model.Info.VocabularySize);
    }

    [Fact]
    public void NoWeights_SaysWhatIsLookedFor()
    {
        File.Delete(_folder.WeightsPath);
        AssertRefused("has neither model.safetensors nor model.safetensors.index.json");
    }

    [Theory]
    [InlineData("{}", "weight_map is missing")]
    [InlineData("""{"weight_map": {"a": "../model.safetensors"}}""", "a must be the plain name of a .safetensors file")]
    [InlineData("""{"weight_map": {"a": 1}}""", "a must be the plain name of a .safetensors file")]
    [InlineData("""{"weight_map": {"a": "none.safetensors"}}""", "none.safetensors is missing")]
    [InlineData("""{"weight_map": {"a": "part.safetensors"}}""", "part.safetensors has no tensor a")]
    [InlineData("""{"weight_map": {"a": "\u0000.safetensors"}}""", "a must be the plain name of a .safetensors file")]
    [InlineData("""{"weight_map": {"a": "part\n.safetensors"}}""", "a must be the plain name of a .safetensors file")]
    [InlineData("""{"weight_map": {"a": "\u001b[2J.safetensors"}}""", "a must be the plain name of a .safetensors file")]
    [InlineData("""{"weight_map": {"a": "\u202e.safetensors"}}""", @"\u202e.safetensors is missing")]
    public void BadIndex_OneClearLine(string index, string message)
    {
        File.Move(_folder.WeightsPath, Path.Combine(_folder.Folder, "part.safetensors"));
        File.WriteAllText(Path.Combine(_folder.Folder, "model.safetensors.index.json"), index);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("""{"weight_map": {"$": 1}}""", "must be the plain name")]
    [InlineData("""{"weight_map": {"$": "part.safetensors"}}""", "part.safetensors has no tensor")]
    [InlineData("""{"weight_map": {"a": "$"}}""", "a must be the plain name")]
    public void HostileNameInTheIndex_OneShortLine(string index, string message)
    {
        File.Move(_folder.WeightsPath, Path.Combine(_folder.Folder, "part.safetensors"));
        foreach (var name in HostileNames)
        {
            File.WriteAllText(
                Path.Combine(_folder.Folder, "model.safetensors.index.json"),
                index.Replace("$", name, StringComparison.Ordinal));
            AssertRefused(message);
        }
    }

    [Fact]
    public void EndlessShardName_OneShortLine()
    {
        File.Delete(_folder.WeightsPath);
        File.WriteAllText(
            Path.Combine(_folder.Folder, "model.safetensors.index.json"),
            $$$"""{"weight_map": {"a": "{{{new string('x', 1 << 20)}}}.safetensors"}}""");
        AssertRefused("xxx... cannot be read");
    }

    private void AssertRefused(string message, Action<JsonObject> edit)
    {
        EditHeader(_folder, edit);
        AssertRefused(message);
    }

    private void AssertRefused(string message) => AssertRefused(_folder, message);

    private static void AssertRefused(TestModel folder, string message)
    {
        var error = Assert.Throws<ModelFormatException>(() => folder.Load());
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 600);
    }

    private static void EditHeader(TestModel folder, Action<JsonObject> edit)
    {
        var bytes = File.ReadAllBytes(folder.WeightsPath);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, length))!.AsObject();
        edit(header);
        Safetensors.WriteRaw(folder.WeightsPath, header.ToJsonString(), bytes[(8 + length)..]);
    }
}
