using Baton.Contracts.Planning;
using Baton.Grains.Planning;
using Baton.Host.Api;
using Baton.Host.Options;
using Baton.Silo.Nodes;
using Microsoft.Extensions.Logging.Console;

namespace Baton.Host.Hosting;

/// <summary>Composes the process: a silo in every role, the edge on gateways, probes where addresses were given.</summary>
internal static class HostBuilder
{
    // Longer than the drain, so that a drain is never cut short by the host.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    public static IHost Build(HostPlan plan, TextWriter output)
    {
        if (!plan.Settings.IsGateway && !plan.Settings.HasUrls)
        {
            var worker = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            // What a collector's exporter reads of its address and headers.
            worker.Configuration.AddEnvironmentVariables();
            AddNode(worker, plan, output);
            return worker.Build();
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot",
        });
        builder.WebHost.UseUrls(plan.Settings.Urls);
        AddNode(builder, plan, output);
        if (plan.Settings.IsGateway)
        {
            builder.Services.AddGateway(plan);
        }

        var app = builder.Build();
        if (plan.Settings.IsGateway)
        {
            app.MapBatonApi();
        }

        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    private static void AddNode(IHostApplicationBuilder builder, HostPlan plan, TextWriter output)
    {
        AddLogging(builder.Logging);
        var services = builder.Services;
        services.AddTelemetry(plan.Node.Name, plan.Settings.IsGateway || plan.Settings.HasUrls);
        services.Configure<HostOptions>(o => o.ShutdownTimeout = plan.Node.DrainTimeout + StopMargin);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(plan.Settings);
        services.AddSingleton(plan.Cluster);
        services.AddSingleton(new PlannerSettings
        {
            Options = plan.Settings.Planner,
            Standing = plan.Settings.Autoscale == Autoscale.None ? PlanMode.Advisory : PlanMode.Auto,
        });
        services.AddSingleton<IHostLifetime, DrainingLifetime>();
        services.AddSingleton<Drain>();
        builder.UseOrleans(silo => SiloSetup.Configure(silo, plan));

        // After the silo: these start when it is active and stop before it leaves.
        services.AddBatonReporting();
        services.AddSingleton<EngineWatch>();
        services.AddHostedService(sp => sp.GetRequiredService<EngineWatch>());
        services.AddSingleton<DrainWatch>();
        services.AddHostedService(sp => sp.GetRequiredService<DrainWatch>());
        services.AddHostedService(sp => ActivatorUtilities.CreateInstance<ReadyLine>(sp, output));
        if (plan.Settings.LocalWorkers is not null)
        {
            services.AddSingleton<LocalWorkers>();
            services.AddHostedService(sp => sp.GetRequiredService<LocalWorkers>());
            services.AddSingleton<IScaleDriver>(sp => sp.GetRequiredService<LocalWorkers>());
        }

        if (plan.Settings.Parent is { } parent)
        {
            services.AddHostedService(sp => ActivatorUtilities.CreateInstance<OrphanWatch>(sp, parent));
        }
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        // Standard output is for what the user asked for; logs go to standard error.
        logging.ClearProviders();
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss.fff ";
            o.ColorBehavior = LoggerColorBehavior.Default;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Warning);

        // A worker's death is reported once, by us: what the runtime retries meanwhile is noise.
        logging.AddFilter("Polly", LogLevel.None);
        logging.AddFilter("Orleans", LogLevel.Error);
        logging.AddFilter("Orleans.Messaging", LogLevel.Critical);
        logging.AddFilter("Orleans.Runtime.GrainCallCancellationManager", LogLevel.Critical);
        logging.AddFilter("Baton", LogLevel.Information);

        // Its first check always finds the time since boot and says so.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
    }
}
