using System.Text;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Weights;

/// <summary>Damaged folders: loading works or is refused in one line; nothing else ever happens.</summary>
[Collection(TorchTests.Name)]
public sealed class FuzzTests : IDisposable
{
    // Bytes that steer a parser somewhere else.
    private static readonly byte[] Spice = "{}[]\",:-0159eE.\\ux\n \u0000"u8.ToArray();

    // Text that a parser takes and that may upset whoever reads it from there.
    private static readonly byte[][] Escapes = [.. new[] { @"\u0000", @"\n", @"\u001b", "../" }.Select(Encoding.UTF8.GetBytes)];

    private readonly TestModel _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("config.json", 1)]
    [InlineData("model.safetensors", 2)]
    public void DamagedFile_LoadsOrIsRefusedInOneLine(string file, int seed) => Fuzz(_folder, file, seed);

    [Theory]
    [InlineData("model.safetensors.index.json", 3)]
    [InlineData("model-00002-of-00003.safetensors", 4)]
    public void DamagedFileOfShards_LoadsOrIsRefusedInOneLine(string file, int seed)
    {
        using var folder = new TestModel(shards: 3);
        Fuzz(folder, file, seed);
    }

    private static void Fuzz(TestModel folder, string file, int seed)
    {
        var path = Path.Combine(folder.Folder, file);
        var original = File.ReadAllBytes(path);
        var random = new Random(seed);
        var tries = Fuzzing.Rounds(200);
        var refused = 0;
        for (var i = 0; i < tries; i++)
        {
            var damaged = Damage(original, random);
            File.WriteAllBytes(path, damaged);
            refused += IsRefused(folder, $"seed {seed}, try {i}") ? 1 : 0;
        }

        Assert.InRange(refused, tries / 4, tries);
    }

    [Theory]
    [InlineData("config.json", """{"architectures": ["\ud800"]}""")]
    [InlineData("config.json", """{"\ud800": 1}""")]
    [InlineData("generation_config.json", """{"x": "\udc00"}""")]
    public void TextThatIsNoText_IsRefused(string file, string text)
    {
        File.WriteAllText(Path.Combine(_folder.Folder, file), text);
        Assert.True(IsRefused(_folder, file));
    }

    [Fact]
    public void HeaderTextThatIsNoText_IsRefused()
    {
        Safetensors.WriteRaw(_folder.WeightsPath, """{"\ud800": {}}""", []);
        Assert.True(IsRefused(_folder, "header"));
    }

    private static bool IsRefused(TestModel folder, string which)
    {
        try
        {
            folder.Load().Dispose();
            return false;
        }
        catch (ModelFormatException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
            Assert.InRange(e.Message.Length, 1, 1000);
            return true;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{which}: {e.GetType().Name} {e.Message}", e);
        }
    }

    // Up to three edits within the first kilobytes, where everything that is parsed lies; sometimes a cut.
    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(Math.Min(bytes.Count, 3000));
            var spice = random.Next(2) == 0 ? Spice[random.Next(Spice.Length)] : (byte)random.Next(256);
            switch (random.Next(5))
            {
                case 0:
                    bytes.Insert(at, spice);
                    break;
                case 2:
                    bytes.InsertRange(at, Escapes[random.Next(Escapes.Length)]);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes[at] = spice;
                    break;
            }
        }

        return random.Next(8) == 0 ? [.. bytes.Take(random.Next(bytes.Count))] : [.. bytes];
    }
}
