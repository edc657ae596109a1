using System.Collections;
using System.Text;
using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>
/// The log of a session that has ended, in a few bytes for each entry, which is made when it is read. Immutable.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.CompactEvents")]
internal sealed class CompactEvents : IReadOnlyCollection<SessionEvent>
{
    // For each plain token its id and the length of its text, each in as many groups of seven bits as it has.
    [Id(0)] private readonly byte[] _numbers;
    [Id(1)] private readonly string _text;
    [Id(2)] private readonly byte[] _choices;
    [Id(3)] private readonly float[] _logprobs;
    [Id(4)] private readonly Dictionary<int, SessionEvent> _others = [];

    public CompactEvents(IReadOnlyList<SessionEvent> events)
    {
        Count = events.Count;
        var numbers = new MemoryStream(events.Count * 3);
        using var writer = new BinaryWriter(numbers);
        var text = new StringBuilder();
        for (var i = 0; i < events.Count; i++)
        {
            if (!IsPlain(events[i]))
            {
                _others.Add(i, events[i]);
                continue;
            }

            writer.Write7BitEncodedInt(events[i].Token);
            writer.Write7BitEncodedInt(events[i].Text.Length);
            text.Append(events[i].Text);
        }

        _numbers = numbers.ToArray();
        _text = text.ToString();
        _choices = events.Any(e => e.Choice != 0) ? [.. events.Select(e => (byte)e.Choice)] : [];
        _logprobs = events.Any(e => !float.IsNaN(e.Logprob)) ? [.. events.Select(e => e.Logprob)] : [];
    }

    [Id(5)] public int Count { get; private init; }

    public IEnumerator<SessionEvent> GetEnumerator()
    {
        using var numbers = new BinaryReader(new MemoryStream(_numbers));
        var begin = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_others.TryGetValue(i, out var other))
            {
                yield return other;
                continue;
            }

            var (token, length) = (numbers.Read7BitEncodedInt(), numbers.Read7BitEncodedInt());
            yield return new SessionEvent
            {
                Index = i,
                Kind = SessionEventKind.Token,
                Choice = _choices.Length == 0 ? 0 : _choices[i],
                Token = token,
                Text = _text.Substring(begin, length),
                Logprob = _logprobs.Length == 0 ? float.NaN : _logprobs[i],
            };
            begin += length;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsPlain(SessionEvent e) => e is
    {
        Kind: SessionEventKind.Token, Top: null, Reason: null, Message: null, StoppedBy: null, CachedTokens: 0,
        Choice: <= byte.MaxValue,
    };
}
