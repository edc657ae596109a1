namespace Baton.Engine.Torch;

/// <summary>A file of the model folder is malformed or needs something that the engine does not have.</summary>
/// <remarks>The message is one line, names the component at fault and holds no path.</remarks>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException()
    {
    }

    public ModelFormatException(string message)
        : base(message)
    {
    }

    public ModelFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
