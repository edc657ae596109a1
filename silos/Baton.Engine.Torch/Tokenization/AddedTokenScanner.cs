using System.Buffers;
using System.Globalization;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Finds added tokens in a text: leftmost first, the longest of those that start at one place.</summary>
internal sealed class AddedTokenScanner
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstCharacters;

    /// <param name="tokens">What is sought in the text, and the token that it stands for; the first of equals counts.</param>
    public AddedTokenScanner(IEnumerable<(string Sought, AddedToken Token)> tokens)
    {
        foreach (var (sought, token) in tokens.Where(entry => entry.Sought.Length > 0))
        {
            var node = _root;
            foreach (var character in sought)
                node = node.Children.TryGetValue(character, out var child) ? child : node.Children[character] = new();
            node.Token ??= token;
        }

        _firstCharacters = SearchValues.Create(_root.Children.Keys.ToArray());
    }

    /// <summary>Cuts <paramref name="text"/> into added tokens and the stretches between them, in order.</summary>
    public IEnumerable<TextSegment> Cut(string text)
    {
        var end = 0;
        for (var i = NextCandidate(text, 0); i >= 0; i = NextCandidate(text, i))
        {
            var (token, length) = LongestAt(text, i);
            if (token is null)
            {
                i++;
                continue;
            }

            var stop = i + length;
            if (token.SingleWord && !StandsAlone(text, i, stop))
            {
                i = stop;
                continue;
            }

            var start = token.StripLeft ? end + text.AsSpan(end, i - end).TrimEnd().Length : i;
            if (token.StripRight)
                stop = text.Length - text.AsSpan(stop).TrimStart().Length;
            if (start > end)
                yield return new TextSegment(text[end..start], null, end == 0);
            yield return new TextSegment("", token, end == 0);
            i = end = stop;
        }

        if (end < text.Length)
            yield return new TextSegment(text[end..], null, end == 0);
    }

    private int NextCandidate(string text, int from)
    {
        var offset = from >= text.Length ? -1 : text.AsSpan(from).IndexOfAny(_firstCharacters);
        return offset < 0 ? -1 : from + offset;
    }

    private (AddedToken? Token, int Length) LongestAt(string text, int start)
    {
        (AddedToken? Token, int Length) longest = default;
        var node = _root;
        for (var i = start; i < text.Length && node.Children.TryGetValue(text[i], out node!); i++)
            longest = node.Token is { } token ? (token, i + 1 - start) : longest;
        return longest;
    }

    private static bool StandsAlone(string text, int start, int stop) =>
        (start == 0 || !IsWordCharacter(text[start - 1])) && (stop == text.Length || !IsWordCharacter(text[stop]));

    private static bool IsWordCharacter(char value) => char.IsLetterOrDigit(value)
        || char.GetUnicodeCategory(value) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark;

    private sealed class Node
    {
        public Dictionary<char, Node> Children { get; } = [];

        public AddedToken? Token { get; set; }
    }
}

/// <summary>An added token, or a stretch of plain text where <paramref name="Token"/> is null.</summary>
internal readonly record struct TextSegment(string Text, AddedToken? Token, bool IsFirst);
