using System.Collections;
using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>
/// The log of a session that has ended, in a tenth of the memory: it may be kept for long, and few are read again. An
/// entry is made when it is read.
/// </summary>
internal sealed class CompactEvents : IReadOnlyList<SessionEvent>
{
    private readonly int[] _tokens;
    private readonly int[] _textEnds;
    private readonly byte[] _choices;
    private readonly string _text;
    private readonly float[]? _logprobs;
    private readonly Dictionary<int, SessionEvent> _others = [];

    public CompactEvents(IReadOnlyList<SessionEvent> events)
    {
        _tokens = new int[events.Count];
        _textEnds = new int[events.Count];
        _choices = new byte[events.Count];
        _logprobs = events.Any(e => !float.IsNaN(e.Logprob)) ? new float[events.Count] : null;
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < events.Count; i++)
        {
            if (IsPlain(events[i]))
            {
                Take(i, events[i]);
                text.Append(events[i].Text);
            }
            else
            {
                _others.Add(i, events[i]);
            }

            _textEnds[i] = text.Length;
        }

        _text = text.ToString();
    }

    public int Count => _tokens.Length;

    public SessionEvent this[int index] => _others.TryGetValue(index, out var other) ? other : new SessionEvent
    {
        Index = index,
        Kind = SessionEventKind.Token,
        Choice = _choices[index],
        Token = _tokens[index],
        Text = _text[(index == 0 ? 0 : _textEnds[index - 1]).._textEnds[index]],
        Logprob = _logprobs?[index] ?? float.NaN,
    };

    public IEnumerator<SessionEvent> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsPlain(SessionEvent e) =>
        e is { Kind: SessionEventKind.Token, Top: null, Reason: null, Message: null, StoppedBy: null, CachedTokens: 0, Choice: <= byte.MaxValue };

    private void Take(int index, SessionEvent e)
    {
        _tokens[index] = e.Token;
        _choices[index] = (byte)e.Choice;
        if (_logprobs is not null)
        {
            _logprobs[index] = e.Logprob;
        }
    }
}
