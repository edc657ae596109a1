namespace Baton.Silo.Nodes;

/// <summary>Tells whether two processes share memory: they do if they see the same file in shared memory.</summary>
public static class HostIdentity
{
    private const string FileName = "baton-host-id";

    /// <summary>The identity of the memory behind <paramref name="folder"/>; a lone one where there is no such folder.</summary>
    public static string Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
            {
                CreateOnce(path);
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString("N");
        }
    }

    // Written aside and linked into place, so that nobody reads half an identity; the first one to link wins.
    private static void CreateOnce(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(draft, Guid.NewGuid().ToString("N"));
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
