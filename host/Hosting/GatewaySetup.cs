using Baton.Core.Routing;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates;
using Baton.Engine.Torch.Tokenization;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Host.Api;
using SessionOptions = Baton.Grains.Sessions.SessionOptions;

namespace Baton.Host.Hosting;

/// <summary>What only a gateway has: the model's text side, the sessions' bounds and the edge.</summary>
internal static class GatewaySetup
{
    public static void AddGateway(this IServiceCollection services, HostPlan plan)
    {
        var settings = plan.Settings;
        var tokenizer = HuggingFaceTokenizer.Load(plan.ModelFolder);
        var info = EngineSources.ServedInfo(settings, plan.ModelFolder);
        var generation = Engine.Torch.Model.GenerationDefaults.Read(plan.ModelFolder, info.VocabularySize);
        services.AddSingleton<ITokenizer>(tokenizer);
        services.AddSingleton(new ServedModel(
            info,
            tokenizer,
            HuggingFaceChatTemplate.Load(plan.ModelFolder, tokenizer),
            new Api.GenerationDefaults
            {
                Temperature = (float?)generation.Temperature,
                TopP = (float?)generation.TopP,
                MinP = (float?)generation.MinP,
                TopK = generation.TopK,
                RepetitionPenalty = (float?)generation.RepetitionPenalty,
            },
            Engine.Torch.Model.EndTokens.Read(plan.ModelFolder, tokenizer, generation),
            TimeProvider.System.GetUtcNow()));
        services.AddSingleton<IGatewayIdentity>(sp => new GatewayIdentity(
            NodeName.Gateway(plan.Node.Name), info.Id, sp.GetRequiredService<Drain>()));
        services.Configure<SessionOptions>(o =>
        {
            o.Disaggregate = settings.Disaggregate;
            o.MaxQueued = settings.MaxQueued;
            o.Admission = new AdmissionOptions
            {
                Mode = settings.Admission,
                Ttft = settings.Planner.Ttft,
                Tpot = settings.Planner.Tpot,
            };
            o.QueueTtl = settings.QueueTtl;
            o.Retention = settings.Retention;
        });
        services.Configure<ApiOptions>(o =>
        {
            o.ApiKeys = settings.ApiKeys;
            o.ResumeGrace = settings.ResumeGrace;
        });
        if (settings.Seed is { } seed)
        {
            services.AddSingleton(new SeedSource(Seeds.From(seed)));
        }

        services.AddSingleton<IClusterReport>(sp => new ClusterReport(sp.GetRequiredService<ClusterView>(), info.Id));
        services.AddSingleton<IClusterControl, ClusterControl>();
        services.AddBatonApi();
    }
}
