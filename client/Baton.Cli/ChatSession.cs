using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Baton.Client;

namespace Baton.Cli;

/// <summary>A conversation on a terminal.</summary>
internal sealed class ChatSession(BatonClient client, Terminal terminal, TimeProvider time, bool json)
{
    private static readonly JsonSerializerOptions Serializing = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<ChatMessage> _messages = [];
    private string? _running;

    /// <summary>What every turn is asked with.</summary>
    public required ChatRequest Template
    {
        get;
        init
        {
            field = value;
            _messages.AddRange(value.Messages);
        }
    }

    /// <summary>Cancels the running answer, once; false when there is none.</summary>
    public bool CancelAnswer()
    {
        if (Interlocked.Exchange(ref _running, null) is not { } id)
        {
            return false;
        }

        // The stream then ends by itself, with the finish reason "cancelled".
        _ = client.CancelAsync(id).ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return true;
    }

    /// <summary>Turns until the input ends.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!json)
            {
                await terminal.Out.WriteAsync("> ");
                await terminal.Out.FlushAsync(cancellationToken);
            }

            var line = await terminal.In.ReadLineAsync(cancellationToken);
            if (line is null or "/exit")
            {
                return 0;
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                await AskAsync(line, cancellationToken);
            }
            catch (BatonException e)
            {
                // The conversation is still good without this turn.
                _messages.RemoveAt(_messages.Count - 1);
                await terminal.Error.WriteLineAsync($"baton: {e.Message} [{e.Code}]");
            }
        }
    }

    /// <summary>One turn.</summary>
    public async Task<int> AskAsync(string text, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage("user", text));
        var id = Guid.NewGuid().ToString("N");
        var answer = new StringBuilder();
        var start = time.GetTimestamp();
        TimeSpan? first = null;
        GeneratedToken? last = null;
        _running = id;
        try
        {
            var request = Template with { Messages = _messages, RequestId = id };
            await foreach (var token in client.GenerateAsync(request, cancellationToken))
            {
                first ??= time.GetElapsedTime(start);
                last = token;
                answer.Append(token.Text);
                if (!json)
                {
                    await terminal.Out.WriteAsync(token.Text);
                    await terminal.Out.FlushAsync(cancellationToken);
                }
            }
        }
        finally
        {
            _running = null;
        }

        _messages.Add(new ChatMessage("assistant", answer.ToString()));
        await terminal.Out.WriteLineAsync(json ? Report(id, answer.ToString(), first, start, last) : "");
        return 0;
    }

    private string Report(string id, string text, TimeSpan? first, long start, GeneratedToken? last)
    {
        var total = time.GetElapsedTime(start);
        var rest = total - (first ?? total);
        var tokens = last?.Usage?.CompletionTokens ?? 0;
        return JsonSerializer.Serialize(
            new
            {
                RequestId = id,
                Text = text,
                last?.FinishReason,
                last?.Usage,
                TtftMs = first?.TotalMilliseconds,
                TotalMs = total.TotalMilliseconds,
                TokensPerSecond = tokens > 1 && rest > TimeSpan.Zero ? (tokens - 1) / rest.TotalSeconds : (double?)null,
            },
            Serializing);
    }
}
