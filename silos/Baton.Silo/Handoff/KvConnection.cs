using System.Net.Sockets;
using System.Threading.Channels;

namespace Baton.Silo.Handoff;

/// <summary>
/// The client's end of a byte channel. Requests are pipelined; one reader takes the responses in order and puts each
/// body straight into the blocks it is for.
/// </summary>
internal sealed class KvConnection : IAsyncDisposable
{
    private readonly Stream _channel;
    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly KvBodyReader _body;
    private readonly Task _reading;

    private KvConnection(Stream channel)
    {
        _channel = channel;
        _body = new KvBodyReader(channel, _closing.Token);
        _reading = ReadResponses();
    }

    public bool IsOpen => !_reading.IsCompleted && !_closing.IsCancellationRequested;

    /// <summary>Null when it cannot be made or the other end is none of ours.</summary>
    public static async Task<KvConnection?> Open(
        string endpoint, KvPlaneOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (KvEndpoint.Parse(endpoint) is not { } address)
            return null;
        Socket? socket = null;
        try
        {
            socket = KvEndpoint.NewSocket(address);
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await socket.ConnectAsync(address, any.Token);
            var channel = new NetworkStream(socket, ownsSocket: true);
            if (await KvHandshake.Connect(channel, options.ClusterSecret, any.Token) is null)
                return new KvConnection(channel);
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException or OperationCanceledException)
        {
            // Not there, not in time, or no name of a host: the caller learns no more than that.
        }
        socket?.Dispose();
        return null;
    }

    /// <summary>Bounded by who calls: each caller has a few pulls at a time.</summary>
    public async Task<KvPulled> Pull(KvPull pull)
    {
        var pending = new Pending(pull);
        using var onCancel = pull.Cancelled.UnsafeRegister(static p => ((Pending)p!).AbandonUnread(), pending);
        try
        {
            await _sending.WaitAsync(pull.Cancelled);
            try
            {
                if (!_pending.Writer.TryWrite(pending))
                    return KvPulled.Failed(KvFailure.Connection);
                // Not to be cancelled: half a request would spoil those behind it.
                await KvWire.Send(_channel, pending.Request(), _closing.Token);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            return KvPulled.Failed(KvFailure.Cancelled);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The reader sees the same and answers everything that is pending.
            await _closing.CancelAsync();
        }
        return await pending.Done.Task;
    }

    /// <summary>Returns when nothing writes to anybody's blocks any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
    }

    private async Task ReadResponses()
    {
        await Task.Yield();
        Pending? current = null;
        try
        {
            while (await _pending.Reader.WaitToReadAsync(_closing.Token))
            {
                _pending.Reader.TryRead(out current);
                if (await _body.Read(current!.Pull, current.BeginBody, current.Abandon) is not { } pulled)
                    break;
                current.Done.TrySetResult(pulled);
                current = null;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Answered below.
        }
        await _closing.CancelAsync();
        _pending.Writer.Complete();
        _channel.Dispose();
        current?.Done.TrySetResult(KvPulled.Failed(KvFailure.Connection));
        while (_pending.Reader.TryRead(out var rest))
            rest.Done.TrySetResult(KvPulled.Failed(KvFailure.Connection));
    }

    private sealed class Pending(KvPull pull)
    {
        private int _claimed;

        public KvPull Pull => pull;

        public TaskCompletionSource<KvPulled> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Request()
        {
            var frame = new byte[KvWire.RequestBytes];
            KvWire.WriteRequest(frame, pull.Descriptor.LeaseId, pull.Descriptor.Number);
            return frame;
        }

        /// <summary>From here on only the reader may say that nothing is written any more.</summary>
        public void BeginBody() => Interlocked.Exchange(ref _claimed, 1);

        /// <summary>Cancelled before its body came: the reader will find it so and write nothing.</summary>
        public void AbandonUnread()
        {
            if (Interlocked.Exchange(ref _claimed, 1) == 0)
                Abandon();
        }

        public void Abandon() => Done.TrySetResult(KvPulled.Failed(KvFailure.Cancelled));
    }
}
