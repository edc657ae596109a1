namespace Baton.Engine.Torch.Tokenization;

/// <summary>Bounds on what a tokenizer.json may ask for; the largest real files stay well below them.</summary>
internal static class TokenizerLimits
{
    public const long MaxFileBytes = 128L << 20;
    public const int MaxJsonDepth = 64;
    public const int MaxTokenId = 4_000_000;
    public const int MaxAddedTokenLength = 1024;
    public const int MaxComponents = 64;

    /// <summary>A word that the pattern needs longer for is refused: the text comes from a client.</summary>
    public static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(2);
}
