namespace Baton.Client;

/// <summary>A gateway refused a request, or the request failed there.</summary>
public sealed class BatonException : Exception
{
    /// <summary>The code of a gateway that is leaving: another takes the request.</summary>
    internal const string Draining = "draining";

    public BatonException()
        : this("error", "The request failed.")
    {
    }

    public BatonException(string message)
        : this("error", message)
    {
    }

    public BatonException(string message, Exception innerException)
        : base(message, innerException) => Code = "error";

    public BatonException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>OpenAI's code of the error, such as context_length_exceeded.</summary>
    public string Code { get; }

    /// <summary>Reads "code (param): message", however SignalR wrapped it.</summary>
    internal static BatonException Of(Exception failure)
    {
        const string Marker = "HubException: ";
        var text = failure.Message;
        var start = text.IndexOf(Marker, StringComparison.Ordinal);
        text = start < 0 ? text : text[(start + Marker.Length)..];
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var head = colon < 0 ? "" : text[..colon].Split(' ')[0];
        return head.Length > 0 && head.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? new BatonException(head, text[(colon + 2)..], failure)
            : new BatonException("error", text, failure);
    }
}
