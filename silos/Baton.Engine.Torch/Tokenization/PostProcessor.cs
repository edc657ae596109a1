namespace Baton.Engine.Torch.Tokenization;

/// <summary>The tokens that a model wants around a text.</summary>
internal sealed record PostProcessor(int[] Before, int[] After)
{
    private static readonly PostProcessor None = new([], []);

    public static PostProcessor Read(JsonPart part)
    {
        if (part.IsNull)
            return None;
        return part.Type switch
        {
            "ByteLevel" => None, // Only trims offsets, which we do not report.
            "TemplateProcessing" => ReadTemplate(part),
            "Sequence" => part.Member("processors").Components().Select(Read).Aggregate(None, Around),
            var other => throw part.Unsupported($"type {other}"),
        };
    }

    private static PostProcessor Around(PostProcessor inner, PostProcessor outer) =>
        new([.. outer.Before, .. inner.Before], [.. inner.After, .. outer.After]);

    private static PostProcessor ReadTemplate(JsonPart part)
    {
        List<int> before = [], after = [];
        var seen = false;
        foreach (var item in part.Member("single").Components())
        {
            if (!item.Member("Sequence").IsNull)
                seen = seen ? throw item.Malformed("names the text twice") : true;
            else
                (seen ? after : before).AddRange(ReadSpecial(part, item.Member("SpecialToken").Member("id")));
        }

        return seen ? new PostProcessor([.. before], [.. after]) : throw part.Malformed("leaves out the text");
    }

    private static IEnumerable<int> ReadSpecial(JsonPart part, JsonPart id) =>
        part.Member("special_tokens").Member(id.AsString()).Member("ids").Components()
            .Select(token => token.AsInt(TokenizerLimits.MaxTokenId));
}
