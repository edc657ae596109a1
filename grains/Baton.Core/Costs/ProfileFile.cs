using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Core.Costs;

/// <summary>Profiles by name or from a file: the members of <see cref="WorkerProfile"/> in camel case, as JSON.</summary>
public static class ProfileFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
    };

    /// <summary>A published profile by its name, or else one from a file.</summary>
    /// <exception cref="InvalidDataException">It is neither; the message says what is wrong.</exception>
    public static WorkerProfile Load(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFile);
        if (PublishedProfiles.Find(nameOrFile) is { } published)
            return published;
        if (!File.Exists(nameOrFile))
        {
            string names = string.Join(", ", PublishedProfiles.All.Select(p => p.Name));
            throw new InvalidDataException($"'{nameOrFile}' is neither a profile ({names}) nor a file.");
        }

        return Parse(File.ReadAllText(nameOrFile));
    }

    /// <exception cref="InvalidDataException">It is no profile; the message says why.</exception>
    public static WorkerProfile Parse(string json)
    {
        try
        {
            WorkerProfile profile = JsonSerializer.Deserialize<WorkerProfile>(json, Json)
                ?? throw new InvalidDataException("The profile is empty.");
            return Fault(profile) is { } fault ? throw new InvalidDataException($"The profile cannot be used: {fault}.") : profile;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The profile cannot be read: {exception.Message}", exception);
        }
    }

    public static string Text(WorkerProfile profile) => JsonSerializer.Serialize(profile, Json);

    private static string? Fault(WorkerProfile profile) => profile switch
    {
        { Layers: < 1 or > 1024 } => "layers must be 1 to 1024",
        // 16 positions are a block, and its bytes are an int.
        { KvBytesPerToken: < 1 or > int.MaxValue / 16 } => "kvBytesPerToken is out of range",
        _ when profile.KvBytesPerToken % (8 * profile.Layers) != 0 => "kvBytesPerToken must be a multiple of 8 times layers",
        { KvTokens: < 0 } or { StepTokens: < 0 } or { MaxSequences: < 0 } => "sizes must not be negative",
        { Gpus: < 1 } => "gpus must be at least 1",
        { PricePerHour: < 0 } or { StartSeconds: < 0 } or { ConvertSeconds: < 0 } =>
            "pricePerHour, startSeconds and convertSeconds must not be negative",
        { LinkGBPerSecond: <= 0 } => "linkGBPerSecond must be above 0",
        { DecodeLarge.FromSequences: < 1 } => "decodeLarge.fromSequences must be at least 1",
        _ => null,
    };
}
