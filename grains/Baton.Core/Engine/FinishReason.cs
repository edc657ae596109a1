namespace Baton.Core.Engine;

/// <summary>Why a sequence ended by itself.</summary>
public enum FinishReason
{
    /// <summary>An end token, a stop token or a stop string.</summary>
    Stop,

    /// <summary>The most tokens allowed, or the end of the model's context.</summary>
    Length,
}
