namespace Baton.Engine.Torch.Tokenization;

/// <summary>
/// A token that is cut out of the text before it is split: out of the raw text, or out of the normalized one if it is
/// marked so.
/// </summary>
internal sealed record AddedToken(
    int Id, string Content, bool IsSpecial, bool StripLeft, bool StripRight, bool SingleWord, bool IsNormalized)
{
    public static AddedToken Read(JsonPart part)
    {
        var content = part.Member("content").AsString();
        if (content.Length is 0 or > TokenizerLimits.MaxAddedTokenLength)
            throw part.Malformed("has an empty or overlong content");
        var isSpecial = part.Member("special").AsBool(false);
        return new AddedToken(
            part.Member("id").AsInt(TokenizerLimits.MaxTokenId),
            content,
            isSpecial,
            part.Member("lstrip").AsBool(false),
            part.Member("rstrip").AsBool(false),
            part.Member("single_word").AsBool(false),
            part.Member("normalized").AsBool(!isSpecial)); // As Hugging Face's own constructor has it.
    }
}
