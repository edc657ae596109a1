using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>A tokenizer read from a model folder's tokenizer.json: BPE, byte-level or with byte fallback.</summary>
/// <remarks>
/// Agrees with Hugging Face's own, but for: of byte tokens in a row of which some form no character, those that do still
/// give theirs, so that growing text never changes what was sent; truncation and padding are left to the caller.
/// </remarks>
public sealed class HuggingFaceTokenizer : ITokenizer
{
    private readonly Dictionary<string, int> _ids;
    private readonly AddedTokenScanner _addedInRaw;
    private readonly AddedTokenScanner _addedInNormalized;
    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer[] _preTokenizers;
    private readonly BytePairModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly TokenTable _tokens;

    private HuggingFaceTokenizer(JsonPart root)
    {
        var model = root.Member("model");
        _ids = BytePairReader.ReadVocabulary(model);
        var added = root.Member("added_tokens");
        List<AddedToken> addedTokens = added.IsNull ? [] : [.. added.Items().Select(AddedToken.Read)];
        _model = BytePairReader.Read(model, new Dictionary<string, int>(_ids, StringComparer.Ordinal), addedTokens);
        _normalizer = NormalizerReader.Read(root.Member("normalizer"));
        _preTokenizers = PreTokenizerReader.Read(root.Member("pre_tokenizer"));
        _postProcessor = PostProcessor.Read(root.Member("post_processor"));
        var bySpecial = addedTokens.OrderByDescending(token => token.IsSpecial).ToLookup(token => token.IsNormalized);
        _addedInRaw = new AddedTokenScanner(bySpecial[false].Select(token => (token.Content, token)));
        _addedInNormalized = new AddedTokenScanner(bySpecial[true].Select(token => (Normalize(token.Content), token)));
        _tokens = new TokenTable(_ids, addedTokens, DecoderPlan.Read(root.Member("decoder")));
        foreach (var token in addedTokens)
            _ids[token.Content] = token.Id;
    }

    public int VocabularySize => _tokens.Count;

    /// <summary>Reads <c>tokenizer.json</c> in <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFormatException">The file is missing, malformed, or needs a component we lack.</exception>
    public static HuggingFaceTokenizer Load(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, "tokenizer.json"));
        if (!file.Exists)
            throw new ModelFormatException("tokenizer.json is missing from the model folder.");
        if (file.Length > TokenizerLimits.MaxFileBytes)
            throw new ModelFormatException($"tokenizer.json is larger than {TokenizerLimits.MaxFileBytes} bytes.");
        return Parse(File.ReadAllBytes(file.FullName));
    }

    /// <summary>Reads the UTF-8 content of a tokenizer.json.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or needs a component we lack.</exception>
    public static HuggingFaceTokenizer Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = TokenizerLimits.MaxJsonDepth };
            using var document = JsonDocument.Parse(json, options);
            return new HuggingFaceTokenizer(new JsonPart(document.RootElement, "tokenizer"));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"tokenizer.json is not valid JSON (line {e.LineNumber + 1}).", e);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ModelFormatException("tokenizer.json has a regular expression that takes too long.", e);
        }
        catch (InvalidOperationException e)
        {
            // What System.Text.Json throws for a string with half a surrogate pair in it.
            throw new ModelFormatException("tokenizer.json holds a string that is not valid Unicode.", e);
        }
    }

    public int[] Encode(string text, bool addSpecialTokens)
    {
        var output = new List<int>(text.Length / 3 + 8);
        if (addSpecialTokens)
            output.AddRange(_postProcessor.Before);
        foreach (var segment in _addedInRaw.Cut(text))
        {
            if (segment.Token is { } token)
                output.Add(token.Id);
            else
                EncodeNormalized(Normalize(segment.Text), segment.IsFirst, output);
        }

        if (addSpecialTokens)
            output.AddRange(_postProcessor.After);
        return [.. output];
    }

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens)
    {
        var decoder = NewDecoder(skipSpecialTokens);
        var text = new StringBuilder();
        foreach (var token in tokens)
            text.Append(decoder.Append(token));
        return text.Append(decoder.Flush()).ToString();
    }

    public ReadOnlyMemory<byte> TokenBytes(int token) => _tokens.Bytes(token);

    public bool IsSpecial(int token) => _tokens.IsSpecial(token);

    public int? TokenId(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public IIncrementalDecoder NewDecoder(bool skipSpecialTokens) => new IncrementalDecoder(_tokens, skipSpecialTokens);

    private string Normalize(string text) => _normalizer?.Normalize(text) ?? text;

    private void EncodeNormalized(string text, bool isFirst, List<int> output)
    {
        foreach (var segment in _addedInNormalized.Cut(text))
        {
            if (segment.Token is { } token)
                output.Add(token.Id);
            else
                EncodePlain(segment.Text, isFirst && segment.IsFirst, output);
        }
    }

    private void EncodePlain(string text, bool isFirst, List<int> output)
    {
        var pieces = new List<Piece> { new(text, 0, text.Length) };
        foreach (var preTokenizer in _preTokenizers)
        {
            var next = new List<Piece>(pieces.Count);
            preTokenizer.Split(pieces, isFirst, next);
            pieces = next;
        }

        foreach (var piece in pieces)
            _model.Encode(piece.Text, output);
    }
}
