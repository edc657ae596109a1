namespace Baton.Engine.Torch.Templates;

/// <summary>Bounds on what a template may ask for: it comes from a model folder and meets a client's messages.</summary>
internal static class TemplateLimits
{
    public const int MaxSourceLength = 1 << 20;

    /// <summary>Names are hashed wherever they are used, which nothing else pays for.</summary>
    public const int MaxNameLength = 1000;

    /// <summary>Parentheses and blocks inside each other.</summary>
    public const int MaxNesting = 100;

    /// <summary>Nodes evaluated inside each other, which is what bounds the recursion of macros.</summary>
    public const int MaxDepth = 500;

    /// <summary>Lists and objects inside each other.</summary>
    public const int MaxDataDepth = 100;

    /// <summary>Nodes evaluated and list items made.</summary>
    public const long MaxSteps = 1_000_000;

    /// <summary>Characters of all strings made on the way, so that doubling one ends early.</summary>
    public const long MaxTextLength = 16L << 20;

    public const int MaxOutputLength = 8 << 20;

    public const int MaxRangeLength = 100_000;
}
