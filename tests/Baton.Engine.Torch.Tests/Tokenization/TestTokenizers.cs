using System.Reflection;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>A small byte-level tokenizer, hand-made, and the trained one with byte fallback where it is there.</summary>
internal static class TestTokenizers
{
    public const int Begin = 270, End = 271, Tool = 272;

    public static readonly byte[] ByteLevelJson = ReadAsset();

    public static readonly HuggingFaceTokenizer ByteLevel = HuggingFaceTokenizer.Parse(ByteLevelJson);

    public static HuggingFaceTokenizer Trained() => HuggingFaceTokenizer.Load(Golden.ModelFolder);

    public static HuggingFaceTokenizer Get(bool trained) => trained ? Trained() : ByteLevel;

    /// <summary>Text of code points of all planes, runs of white space and the special tokens' own text.</summary>
    public static string RandomText(Random random)
    {
        string[] parts = ["hello", " world", "  ", "\n\n", "\t", "é", "😀", "'LL", "123", "<|end|>", "<tool>", "<s>", "▁"];
        return string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(3) switch
        {
            0 => parts[random.Next(parts.Length)],
            1 => ((char)random.Next(1, 0xd800)).ToString(),
            _ => char.ConvertFromUtf32(random.Next(0xe000, 0x110000)),
        }));
    }

    private static byte[] ReadAsset()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("byte-level.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
