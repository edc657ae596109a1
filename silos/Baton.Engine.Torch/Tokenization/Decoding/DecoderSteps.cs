using System.Globalization;
using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>A token on its way through the decoders: text until a step turns it into bytes.</summary>
internal readonly record struct TokenForm(string Text, byte[]? Bytes = null)
{
    public byte[] ToBytes() => Bytes ?? Encoding.UTF8.GetBytes(Text);
}

/// <summary>What one decoder does to one token; <c>isFirst</c> says whether the token begins the text.</summary>
internal delegate TokenForm DecoderStep(TokenForm form, bool isFirst);

internal static class DecoderSteps
{
    public static TokenForm ByteLevel(TokenForm form, bool isFirst) =>
        form.Bytes is null ? form with { Bytes = ByteLevelAlphabet.Bytes(form.Text) } : form;

    public static TokenForm ByteFallback(TokenForm form, bool isFirst)
    {
        var text = form.Text;
        var isByte = form.Bytes is null && text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal)
            && text[5] == '>';
        return isByte && byte.TryParse(
            text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? form with { Bytes = [value] }
            : form;
    }

    public static DecoderStep Replace(SplitPattern pattern, string content) =>
        (form, _) => form.Bytes is null ? form with { Text = pattern.Replace(form.Text, content) } : form;

    /// <summary>Marks become spaces; those of the first token vanish if encoding prepended one.</summary>
    public static DecoderStep Metaspace(char mark, bool dropsFirst) => (form, isFirst) =>
        form.Bytes is null
            ? form with { Text = form.Text.Replace(mark.ToString(), isFirst && dropsFirst ? "" : " ") }
            : form;

    public static DecoderStep Strip(char content, int start, int stop) => (form, _) =>
    {
        if (form.Bytes is not null)
            return form;
        int from = 0, to = form.Text.Length;
        while (from < to && from < start && form.Text[from] == content)
            from++;
        while (to > from && form.Text.Length - to < stop && form.Text[to - 1] == content)
            to--;
        return form with { Text = form.Text[from..to] };
    };
}
