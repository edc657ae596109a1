namespace Baton.Engine.Torch.Tokenization;

/// <summary>The decoders of a tokenizer.json, as steps per token and what the joined text loses at its start.</summary>
/// <remarks>
/// Because nothing else looks across tokens, text can be decoded while it grows, each token once. Steps after
/// Fuse work on the whole text, and of those real files have only Strip at the start.
/// </remarks>
internal sealed class DecoderPlan
{
    private const int MaxStrip = 64;

    private readonly List<DecoderStep> _steps = [];
    private bool _isFused;

    private DecoderPlan()
    {
    }

    /// <summary>Up to <see cref="StripCount"/> of these are dropped where the text begins.</summary>
    public char StripCharacter { get; private set; }

    public int StripCount { get; private set; }

    /// <summary>Whether each byte that is part of no character counts, as it does where a token is one byte.</summary>
    public bool ReplacesEachByte { get; private set; }

    /// <summary>Whether a token has other bytes where it begins a text.</summary>
    public bool FirstTokenDiffers { get; private set; }

    public static DecoderPlan Read(JsonPart part)
    {
        if (part.IsNull)
            throw part.Unsupported("a tokenizer without decoder");
        var plan = new DecoderPlan();
        plan.Add(part);
        return plan;
    }

    public byte[] Bytes(string token, bool isFirst) =>
        _steps.Aggregate(new TokenForm(token), (form, step) => step(form, isFirst)).ToBytes();

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                part.Member("decoders").Components().ForEach(Add);
                break;
            case "Fuse":
                _isFused = true;
                break;
            case "Strip":
                AddStrip(part);
                break;
            default:
                if (_isFused)
                    throw part.Unsupported($"type {part.Type} after the text is joined");
                AddStep(part);
                break;
        }
    }

    private void AddStep(JsonPart part)
    {
        switch (part.Type)
        {
            case "ByteLevel":
                _steps.Add(DecoderSteps.ByteLevel);
                _isFused = true;
                break;
            case "ByteFallback":
                _steps.Add(DecoderSteps.ByteFallback);
                ReplacesEachByte = true;
                break;
            case "Replace":
                _steps.Add(DecoderSteps.Replace(
                    SplitPattern.Read(part.Member("pattern")), part.Member("content").AsString()));
                break;
            case "Metaspace":
                var (mark, scheme) = PreTokenizerReader.ReadMark(part);
                FirstTokenDiffers |= scheme != PrependScheme.Never;
                _steps.Add(DecoderSteps.Metaspace(mark, scheme != PrependScheme.Never));
                break;
            default:
                throw part.Unsupported($"type {part.Type}");
        }
    }

    private void AddStrip(JsonPart part)
    {
        var content = part.Member("content").AsString();
        var (start, stop) = (part.Member("start").AsInt(MaxStrip), part.Member("stop").AsInt(MaxStrip));
        if (content.Length != 1 || char.IsSurrogate(content[0]))
            throw part.Unsupported("a content that is not one character");
        if (!_isFused)
            _steps.Add(DecoderSteps.Strip(content[0], start, stop));
        else if (stop > 0 || StripCount > 0)
            throw part.Unsupported("more than one strip at the start of the joined text");
        else
            (StripCharacter, StripCount) = (content[0], start);
    }
}
