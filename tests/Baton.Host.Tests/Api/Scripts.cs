using System.Text;
using Baton.Contracts.Sessions;
using Baton.Core.Sampling;
using Baton.Core.Sessions;

namespace Baton.Host.Tests.Api;

/// <summary>What sessions of a test say.</summary>
internal static class Scripts
{
    /// <summary>Every choice says the text, byte by byte, the choices in turn; then the end token.</summary>
    public static Action<GenerationRequest, EventLog<SessionEvent>> Say(
        string text, string reason = "stop", string? stoppedBy = null, string rest = "", int cached = 0) =>
        (request, log) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var pieces = Pieces(bytes);
            for (var index = 0; index < bytes.Length; index++)
            {
                for (var choice = 0; choice < request.Choices.Length; choice++)
                {
                    Token(log, choice, bytes[index], pieces[index], request);
                }
            }

            for (var choice = 0; choice < request.Choices.Length; choice++)
            {
                if (reason == "stop" && stoppedBy is null)
                {
                    Token(log, choice, FakeTokenizer.End, "", request);
                }

                Finish(log, choice, reason, stoppedBy, rest, cached);
            }

            log.Complete();
        };

    /// <summary>Nothing yet: the test appends.</summary>
    public static void Wait(GenerationRequest request, EventLog<SessionEvent> log)
    {
    }

    public static void Token(
        EventLog<SessionEvent> log, int choice, int token, string text, GenerationRequest? request = null)
    {
        var top = request?.Choices[choice].Sampling.TopLogprobs;
        log.Append(index => new SessionEvent
        {
            Index = index,
            Kind = SessionEventKind.Token,
            Choice = choice,
            Token = token,
            Text = text,
            Logprob = top is null ? float.NaN : -0.5f,
            Top = top is null
                ? null
                : [.. new TokenLogprob[] { new(token, -0.5f), new('z', float.NegativeInfinity) }.Take(top.Value)],
        });
    }

    public static void Finish(
        EventLog<SessionEvent> log, int choice, string reason, string? stoppedBy = null, string rest = "", int cached = 0) =>
        log.Append(index => new SessionEvent
        {
            Index = index,
            Kind = SessionEventKind.Finish,
            Choice = choice,
            Text = rest,
            Reason = reason,
            StoppedBy = stoppedBy,
            CachedTokens = cached,
        });

    public static void Fail(EventLog<SessionEvent> log, string code, string message)
    {
        log.Append(index => new SessionEvent
        {
            Index = index,
            Kind = SessionEventKind.Error,
            Choice = 0,
            Reason = code,
            Message = message,
        });
        log.Complete();
    }

    // A character's text comes with its last byte.
    private static string[] Pieces(byte[] bytes)
    {
        var pieces = new string[bytes.Length];
        var decoder = Encoding.UTF8.GetDecoder();
        var chars = new char[4];
        for (var i = 0; i < bytes.Length; i++)
        {
            pieces[i] = new string(chars, 0, decoder.GetChars(bytes, i, 1, chars, 0));
        }

        return pieces;
    }
}
