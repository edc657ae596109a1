using Baton.Contracts.Sessions;
using Baton.Core.Text;

namespace Baton.Host.Api.Responses;

/// <summary>A generation whose answer is being written: what it is and how far its log was read.</summary>
internal sealed class Answer
{
    private readonly int[] _textLengths;
    private readonly int[] _cached;

    public Answer(string requestId, GenerationRequest request, ResponseFormat format, ITokenizer tokenizer)
    {
        Id = format.AnswerId(requestId);
        Request = request;
        Format = format;
        Tokenizer = tokenizer;
        _textLengths = new int[request.Choices.Length];
        _cached = new int[request.Choices.Length / format.ChoicesPerPrompt];
        for (var prompt = 0; prompt < _cached.Length; prompt++)
        {
            PromptTokens += Prompt(prompt * format.ChoicesPerPrompt).Length;
        }
    }

    public string Id { get; }

    public GenerationRequest Request { get; }

    public ResponseFormat Format { get; }

    public ITokenizer Tokenizer { get; }

    public int Choices => Request.Choices.Length;

    /// <summary>Events before the log's first one: a chat opens every choice with its role.</summary>
    public int Opening => Format.IsChat ? Choices : 0;

    /// <summary>Each prompt counts once, however many choices it has.</summary>
    public int PromptTokens { get; }

    public int CompletionTokens { get; private set; }

    /// <summary>Choices of one prompt had it cached each; it is reported once.</summary>
    public int CachedTokens => _cached.Sum();

    /// <summary>Choices that have ended.</summary>
    public int Finished { get; private set; }

    public bool IsComplete => Finished == Choices;

    public int[] Prompt(int choice) => Request.Choices[choice].Prompt;

    /// <summary>Characters (not UTF-16 units) of a choice's text before the event being written.</summary>
    public int TextLength(int choice) => _textLengths[choice];

    /// <summary>Counts an event, before it is written.</summary>
    public void Count(SessionEvent entry)
    {
        if (entry.Kind == SessionEventKind.Token)
        {
            CompletionTokens++;
        }
        else if (entry.Kind == SessionEventKind.Finish)
        {
            Finished++;
            ref var cached = ref _cached[entry.Choice / Format.ChoicesPerPrompt];
            cached = Math.Max(cached, entry.CachedTokens);
        }
    }

    /// <summary>Adds an event's text, after it was written.</summary>
    public void Passed(SessionEvent entry)
    {
        foreach (var _ in entry.Text.EnumerateRunes())
        {
            _textLengths[entry.Choice]++;
        }
    }
}
