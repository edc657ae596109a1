using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>One U+FFFD for every byte that is part of no character, where UTF-8 decoders give one for several.</summary>
internal sealed class EachByteFallback : DecoderFallback
{
    // The most bytes that can begin a character and not end it.
    public override int MaxCharCount => 3;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private int _left;
        private int _given;

        public override int Remaining => _left;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (_left, _given) = (bytesUnknown.Length, 0);
            return _left > 0;
        }

        public override char GetNextChar()
        {
            if (_left == 0)
                return '\0';
            _left--;
            _given++;
            return '\ufffd';
        }

        public override bool MovePrevious()
        {
            if (_given == 0)
                return false;
            _left++;
            _given--;
            return true;
        }

        public override void Reset() => (_left, _given) = (0, 0);
    }
}
