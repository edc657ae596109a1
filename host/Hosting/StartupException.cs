namespace Baton.Host.Hosting;

/// <summary>The process cannot be what it was asked to be; the message is one line for the user.</summary>
internal sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
