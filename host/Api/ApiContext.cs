using Microsoft.Extensions.Options;

namespace Baton.Host.Api;

/// <summary>What every part of the surface needs: the model, the bounds, time and chance.</summary>
internal sealed class ApiContext(
    ServedModel model, ISessions sessions, IOptions<ApiOptions> options, TimeProvider time, SeedSource seeds)
{
    public ServedModel Model => model;

    public ISessions Sessions => sessions;

    public ApiOptions Options { get; } = options.Value;

    public TimeProvider Time => time;

    public SeedSource Seeds => seeds;
}
