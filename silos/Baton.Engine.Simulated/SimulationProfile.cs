using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Engine.Simulated;

/// <summary>
/// How long a step takes. Prefill of t tokens: a t² + b t + c, 0 for t = 0. Decode at a share u of the KV positions in
/// use: a u² + b u + c, at least the floor. All in milliseconds. And how much its KV weighs.
/// </summary>
public sealed record SimulationProfile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
    };

    /// <summary>The coefficients of NVIDIA Dynamo's mocker.</summary>
    public static SimulationProfile Mocker { get; } = new()
    {
        Name = "mocker",
        PrefillQuadratic = 4.209989e-7,
        PrefillLinear = 1.518344e-2,
        PrefillConstant = 16.50142,
        DecodeQuadratic = -25.74,
        DecodeLinear = 54.01,
        DecodeConstant = 5.74,
        DecodeFloor = 1,
    };

    /// <summary>No time at all: for tests.</summary>
    public static SimulationProfile Instant { get; } = new() { Name = "instant" };

    public required string Name { get; init; }

    public double PrefillQuadratic { get; init; }

    public double PrefillLinear { get; init; }

    public double PrefillConstant { get; init; }

    public double DecodeQuadratic { get; init; }

    public double DecodeLinear { get; init; }

    public double DecodeConstant { get; init; }

    public double DecodeFloor { get; init; }

    /// <summary>
    /// Bytes of one position's KV, all layers: a multiple of 8 times the layers. Unless it is given, what the built-in
    /// model's weighs, so that simulated handoffs weigh as much as real ones.
    /// </summary>
    public int KvBytesPerToken { get; init; } = 4608;

    /// <summary>Layers that a step goes through.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>A built-in profile by its name, or else one from a JSON file.</summary>
    /// <exception cref="InvalidDataException">It is neither; the message says what is wrong.</exception>
    public static SimulationProfile Load(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFile);
        if (nameOrFile == Mocker.Name)
            return Mocker;
        if (nameOrFile == Instant.Name)
            return Instant;
        if (!File.Exists(nameOrFile))
            throw new InvalidDataException($"'{nameOrFile}' is neither a profile (mocker, instant) nor a file.");
        return Parse(File.ReadAllText(nameOrFile));
    }

    /// <summary>A profile from JSON: the members of this record in camel case.</summary>
    /// <exception cref="InvalidDataException">It is no profile; the message says why.</exception>
    public static SimulationProfile Parse(string json)
    {
        try
        {
            SimulationProfile profile = JsonSerializer.Deserialize<SimulationProfile>(json, Json)
                ?? throw new InvalidDataException("The profile is empty.");
            return profile.KvIsSound
                ? profile
                : throw new InvalidDataException("layers must be 1 to 1024, and kvBytesPerToken a multiple of 8 times that.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The profile cannot be read: {exception.Message}", exception);
        }
    }

    // 16 positions are a block, and its bytes are an int.
    private bool KvIsSound => Layers is > 0 and <= 1024
        && KvBytesPerToken is > 0 and <= int.MaxValue / 16
        && KvBytesPerToken % (8 * Layers) == 0;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Time to prefill this many tokens that are not cached.</summary>
    public double PrefillMs(long tokens) =>
        tokens == 0 ? 0 : (PrefillQuadratic * tokens + PrefillLinear) * tokens + PrefillConstant;

    /// <summary>Time of a decode step.</summary>
    /// <param name="occupancy">Share of the KV positions that the running sequences use.</param>
    public double DecodeMs(double occupancy) =>
        Math.Max(DecodeFloor, (DecodeQuadratic * occupancy + DecodeLinear) * occupancy + DecodeConstant);
}
