using Baton.Silo.Handoff;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Baton.Host.Hosting;

/// <summary>
/// Metrics for who scrapes /metrics, and with the usual <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> metrics and spans for a
/// collector.
/// </summary>
internal static class Telemetry
{
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services, string node, bool isScraped)
    {
        var hasCollector = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(CollectorVariable));
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("baton", serviceInstanceId: node))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(KvMetrics.MeterName, "Microsoft.Orleans").AddRuntimeInstrumentation();
                if (isScraped)
                {
                    metrics.AddAspNetCoreInstrumentation().AddPrometheusExporter();
                }

                if (hasCollector)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (hasCollector)
        {
            telemetry.WithTracing(traces =>
                traces.AddSource(KvTrace.SourceName).AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    public static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
