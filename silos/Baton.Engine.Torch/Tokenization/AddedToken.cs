namespace Baton.Engine.Torch.Tokenization;

/// <summary>A token that is cut out of the text before anything else looks at it.</summary>
internal sealed record AddedToken(
    int Id, string Content, bool IsSpecial, bool StripLeft, bool StripRight, bool SingleWord)
{
    public static AddedToken Read(JsonPart part)
    {
        var content = part.Member("content").AsString();
        if (content.Length is 0 or > TokenizerLimits.MaxAddedTokenLength)
            throw part.Malformed("has an empty or overlong content");
        return new AddedToken(
            part.Member("id").AsInt(TokenizerLimits.MaxTokenId),
            content,
            part.Member("special").AsBool(false),
            part.Member("lstrip").AsBool(false),
            part.Member("rstrip").AsBool(false),
            part.Member("single_word").AsBool(false));
    }
}
