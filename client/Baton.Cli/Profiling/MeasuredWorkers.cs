using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Baton.Client;
using Baton.Core.Costs;

namespace Baton.Cli.Profiling;

/// <summary>What the workers of a cluster have measured: of each phase the one that has seen most of it.</summary>
internal sealed record MeasuredWorkers(
    WorkerProfile Profile, int PrefillSteps, double PrefillError, int DecodeSteps, double DecodeError)
{
    public static async Task<MeasuredWorkers> AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var cluster = await http.GetFromJsonAsync<JsonNode>(new Uri("cluster", UriKind.Relative), cancellationToken);
        var all = new List<MeasuredWorkers>();
        foreach (var worker in cluster?["workers"]?.AsArray() ?? [])
        {
            if ((string?)worker?["state"] == "ready")
            {
                all.Add(await OneAsync(http, (string)worker["id"]!, cancellationToken));
            }
        }

        if (all.Count == 0)
        {
            throw new BatonException("no_worker", "The cluster has no ready worker.");
        }

        var (prefill, decode) = (all.MaxBy(m => m.PrefillSteps)!, all.MaxBy(m => m.DecodeSteps)!);
        return decode with
        {
            PrefillSteps = prefill.PrefillSteps,
            PrefillError = prefill.PrefillError,
            Profile = decode.Profile with
            {
                PrefillConstant = prefill.Profile.PrefillConstant,
                PrefillLinear = prefill.Profile.PrefillLinear,
                PrefillQuadratic = prefill.Profile.PrefillQuadratic,
                PrefillSquares = prefill.Profile.PrefillSquares,
            },
        };
    }

    private static async Task<MeasuredWorkers> OneAsync(HttpClient http, string worker, CancellationToken cancellationToken)
    {
        var answer = await http.GetFromJsonAsync<JsonNode>(
            new Uri($"cluster/workers/{Uri.EscapeDataString(worker)}/profile", UriKind.Relative), cancellationToken);
        return new MeasuredWorkers(
            ProfileFile.Parse(answer!["profile"]!.ToJsonString()),
            (int)answer["prefillSteps"]!,
            (double)answer["prefillError"]!,
            (int)answer["decodeSteps"]!,
            (double)answer["decodeError"]!);
    }
}
