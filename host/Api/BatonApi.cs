using Baton.Host.Api.Endpoints;
using Baton.Host.Api.Http;
using Baton.Host.Api.Responses;
using Baton.Host.Hubs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Baton.Host.Api;

/// <summary>Puts the edge into a host: the OpenAI-compatible HTTP surface, the hubs and the chat page.</summary>
public static class BatonApi
{
    /// <summary>
    /// Adds what the edge needs. The host registers <see cref="ServedModel"/>, <see cref="IClusterReport"/> and <see cref="IClusterControl"/>, and
    /// configures <see cref="ApiOptions"/>.
    /// </summary>
    public static IServiceCollection AddBatonApi(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ApiOptions>();
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(SeedSource.Unpredictable);
        services.TryAddSingleton<ISessions, GrainSessions>();
        services.AddSingleton<ApiContext>();
        services.AddSingleton<GenerationEndpoint>();
        services.AddSingleton<RequestEndpoints>();
        services.AddSingleton<ClusterEndpoints>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<TokenEndpoints>();
        services.AddBatonHubs();
        return services;
    }

    /// <summary>Maps every address of the edge; call it before other endpoints are mapped.</summary>
    public static WebApplication MapBatonApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<ApiKeyMiddleware>();
        app.UseRouting();

        var services = app.Services;
        var generation = services.GetRequiredService<GenerationEndpoint>();
        var requests = services.GetRequiredService<RequestEndpoints>();
        var cluster = services.GetRequiredService<ClusterEndpoints>();
        var models = services.GetRequiredService<ModelEndpoints>();
        var tokens = services.GetRequiredService<TokenEndpoints>();

        app.MapPost("/v1/chat/completions", (HttpContext c) => generation.HandleAsync(c, AnswerKind.Chat));
        app.MapPost("/v1/completions", (HttpContext c) => generation.HandleAsync(c, AnswerKind.Completion));
        app.MapGet("/v1/requests/{id}/events", requests.ReplayAsync);
        app.MapDelete("/v1/requests/{id}", requests.CancelAsync);
        app.MapGet("/v1/models", models.ListAsync);
        app.MapGet("/v1/models/{**id}", models.OneAsync);
        app.MapPost("/tokenize", tokens.TokenizeAsync);
        app.MapPost("/detokenize", tokens.DetokenizeAsync);
        app.MapGet("/health", ModelEndpoints.HealthAsync);
        app.MapGet("/version", ModelEndpoints.VersionAsync);
        app.MapGet("/cluster", cluster.StateAsync);
        app.MapGet("/cluster/requests/{id}", cluster.RequestAsync);
        app.MapPost("/cluster/scale", cluster.ScaleAsync);
        app.MapGet("/cluster/workers/{id}/profile", cluster.ProfileAsync);
        app.MapPost("/cluster/workers/{id}/drain", cluster.DrainAsync);
        PageEndpoints.Map(app);
        app.MapBatonHubs();
        return app;
    }
}
