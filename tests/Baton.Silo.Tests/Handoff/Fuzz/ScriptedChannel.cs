namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>
/// The other end of a byte channel without a network: what it will say is a buffer, handed out in pieces of any size,
/// and the end of the buffer is the end of the connection. Nothing ever waits, so a reader that does not return hangs.
/// </summary>
internal abstract class ScriptedChannel(Random random) : Stream
{
    private readonly byte[] _script = new byte[64 << 10];
    private int _at;

    protected Random Random => random;

    /// <summary>What has been said or will be.</summary>
    protected ReadOnlySpan<byte> Script => _script.AsSpan(0, ScriptBytes);

    protected int ScriptBytes { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var most = Math.Min(buffer.Length, ScriptBytes - _at);
        var count = most <= 1 ? most : random.Next(4) == 0 ? random.Next(1, most) : most;
        _script.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Heard(buffer);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected abstract void Heard(ReadOnlySpan<byte> bytes);

    /// <summary>Room in the script for something to say.</summary>
    protected Span<byte> Say(int bytes)
    {
        ScriptBytes += bytes;
        return _script.AsSpan(ScriptBytes - bytes, bytes);
    }

    /// <summary>The script's end, to be said otherwise.</summary>
    protected Span<byte> SayAgain(int start) => _script.AsSpan(start, ScriptBytes - start);

    /// <summary>Cuts the script's end off, or spoils a bit of what <paramref name="start"/> begins.</summary>
    protected void Spoil(int start)
    {
        switch (random.Next(3))
        {
            case 0:
                ScriptBytes = random.Next(start, ScriptBytes);
                break;
            case 1:
                random.NextBytes(_script.AsSpan(start, ScriptBytes - start));
                break;
            default:
                var bit = random.Next(8 * start, 8 * ScriptBytes);
                _script[bit / 8] ^= (byte)(1 << (bit % 8));
                break;
        }
    }
}
