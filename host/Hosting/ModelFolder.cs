namespace Baton.Host.Hosting;

/// <summary>Finds the folder of the model to serve.</summary>
internal static class ModelFolder
{
    public const string BuiltIn = "baton-stories-7m";

    /// <summary>The folder named, or that of the built-in model.</summary>
    /// <exception cref="StartupException">There is no such folder.</exception>
    public static string Find(string model)
    {
        var folder = model.Length == 0 ? Path.Combine(AppContext.BaseDirectory, "models", BuiltIn) : model;
        return Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new StartupException($"model folder '{folder}' does not exist");
    }
}
