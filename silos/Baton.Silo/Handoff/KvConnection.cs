using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>
/// The client's end of a byte channel. Requests are pipelined; a thread takes the responses in order and puts each body
/// straight into the blocks it is for.
/// </summary>
internal sealed class KvConnection : IAsyncDisposable
{
    private const int MostPending = 128;

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = [];
    private readonly Stream _channel;
    private readonly KvBodyReader _body;
    private readonly byte[] _request = new byte[KvWire.RequestBytes];
    private volatile bool _closed;

    private KvConnection(Stream channel) => (_channel, _body) = (channel, new KvBodyReader(channel));

    public bool IsOpen => !_closed;

    /// <summary>Completes when its thread has ended.</summary>
    private Task Ended { get; set; } = Task.CompletedTask;

    /// <summary>Null when it cannot be made or the other end is none of ours.</summary>
    public static async Task<KvConnection?> Open(
        string endpoint, KvPlaneOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (KvEndpoint.Parse(endpoint) is not { } address)
            return null;
        var opened = new TaskCompletionSource<KvConnection?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = KvThread.Start("kv-pull", () =>
        {
            KvConnection? connection = null;
            try
            {
                var channel = Connect(address, options, time, cancellationToken);
                connection = channel is null ? null : new KvConnection(channel);
            }
            finally
            {
                // Whatever happened: there are pulls that wait for it.
                opened.SetResult(connection);
            }
            connection?.ReadResponses();
        });
        var connection = await opened.Task;
        if (connection is not null)
            connection.Ended = ended;
        return connection;
    }

    /// <summary>Null when every byte came, else one of <see cref="KvFailure"/>.</summary>
    public async Task<string?> Pull(KvPull pull)
    {
        var pending = new Pending(pull);
        using var onCancel = pull.Cancelled.UnsafeRegister(static p => ((Pending)p!).AbandonUnread(), pending);
        if (Request(pending) is { } failure)
            return failure;
        return await pending.Done.Task;
    }

    /// <summary>Returns when nothing writes to anybody's blocks any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await Ended;
    }

    /// <summary>Blocking sockets cannot be cancelled, but closed: whoever waits in one is woken.</summary>
    private static NetworkStream? Connect(
        EndPoint address, KvPlaneOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = KvEndpoint.NewSocket(address);
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            using var onEnd = any.Token.UnsafeRegister(static s => ((Socket)s!).Dispose(), socket);
            socket.Connect(address);
            var channel = new NetworkStream(socket, ownsSocket: true);
            if (KvHandshake.Connect(channel, options.ClusterSecret) is null && !any.IsCancellationRequested)
                return channel;
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException or ObjectDisposedException)
        {
            // Not there, or not in time: the caller learns no more than that.
        }
        socket?.Dispose();
        return null;
    }

    private string? Request(Pending pending)
    {
        lock (_gate)
        {
            if (_closed)
                return KvFailure.Connection;
            // What is pending may have been given up by its caller: a peer that hangs gathers it until it is dropped.
            if (_pending.Count >= MostPending)
                return KvFailure.Busy;
            _pending.Enqueue(pending);
            KvWire.WriteRequest(_request, pending.Pull.Descriptor.LeaseId, pending.Pull.Descriptor.Number);
            try
            {
                // Never waits: so many requests fit into the socket's buffers.
                _channel.Write(_request);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The reader sees the same and answers everything that is pending.
            }
            return null;
        }
    }

    private void ReadResponses()
    {
        Pending? current = null;
        try
        {
            // A peer that answers what nobody asked is none of ours.
            while (_body.Next() && TryTake(out current)
                && _body.Read(current.Pull, current.BeginBody, current.Abandon, out var failure))
            {
                current.Done.TrySetResult(failure);
                current = null;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // Answered below.
        }
        Close();
        current?.Done.TrySetResult(KvFailure.Connection);
        while (TryTake(out var rest))
            rest.Done.TrySetResult(KvFailure.Connection);
    }

    private bool TryTake([NotNullWhen(true)] out Pending? pending)
    {
        lock (_gate)
            return _pending.TryDequeue(out pending);
    }

    /// <summary>Not under the lock: whoever holds it may be waiting in the channel.</summary>
    private void Close()
    {
        _closed = true;
        _channel.Dispose();
    }

    private sealed class Pending(KvPull pull)
    {
        private int _claimed;

        public KvPull Pull => pull;

        public TaskCompletionSource<string?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>From here on only the reader may say that nothing is written any more.</summary>
        public void BeginBody() => Interlocked.Exchange(ref _claimed, 1);

        /// <summary>Cancelled before its body came: the reader will find it so and write nothing.</summary>
        public void AbandonUnread()
        {
            if (Interlocked.Exchange(ref _claimed, 1) == 0)
                Abandon();
        }

        public void Abandon() => Done.TrySetResult(KvFailure.Cancelled);
    }
}
