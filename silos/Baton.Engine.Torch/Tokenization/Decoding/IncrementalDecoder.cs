using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Decodes each token once: bytes go through a UTF-8 decoder that keeps what is not yet a character.</summary>
internal sealed class IncrementalDecoder(TokenTable tokens, bool skipSpecialTokens) : IIncrementalDecoder
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false);
    private static readonly Encoding Utf8EachByte =
        Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new EachByteFallback());

    private readonly Decoder _utf8 = (tokens.ReplacesEachByte ? Utf8EachByte : Utf8).GetDecoder();
    private bool _started;
    private int _toStrip = tokens.StripCount;

    public string Append(int token)
    {
        if (skipSpecialTokens && tokens.IsSpecial(token))
            return "";
        var bytes = _started ? tokens.Bytes(token) : tokens.FirstBytes(token);
        _started = true;
        return Decode(bytes, flush: false);
    }

    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        // One unit more than one per byte: what was held back may come out as a replacement character.
        Span<char> buffer = bytes.Length < 128 ? stackalloc char[132] : new char[bytes.Length + 4];
        var text = buffer[.._utf8.GetChars(bytes, buffer, flush)];
        while (_toStrip > 0 && text is [var first, ..])
        {
            if (first != tokens.StripCharacter)
            {
                _toStrip = 0;
                break;
            }

            text = text[1..];
            _toStrip--;
        }

        return text.IsEmpty ? "" : text.ToString();
    }
}
