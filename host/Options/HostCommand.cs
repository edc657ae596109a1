using System.CommandLine;
using System.Globalization;
using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Silo.Handoff;

namespace Baton.Host.Options;

/// <summary>The options of the host: their names, defaults and help; one definition for all sources.</summary>
internal sealed class HostCommand
{
    public const string DefaultUrls = "http://127.0.0.1:8080";

    private readonly Option<string> _urls = Text("urls", DefaultUrls, "Addresses to serve HTTP on.");
    private readonly Option<string> _model = Text(
        "model", "", "Folder of a model in Hugging Face layout (default: the built-in model).");

    private readonly Option<string> _role = Text("role", "all", "all, or a comma list of gateway, prefill, decode.");
    private readonly Option<string> _cluster = Text(
        "cluster", "localhost", "How processes find each other: localhost or redis=HOST:PORT.");

    private readonly Option<string> _clusterId = Text("cluster-id", "baton", "Name that the members share.");
    private readonly Option<string> _clusterSecret = Text(
        "cluster-secret", "", "Secret that the members share (better in BATON_CLUSTER_SECRET).");

    private readonly Option<int> _siloPort = Number("silo-port", 0, 0, 65535, "Port between members (0: a free one).");
    private readonly Option<int> _gatewayPort = Number(
        "gateway-port", 0, 0, 65535, "Port for Orleans clients, on gateways (0: a free one).");

    private readonly Option<string> _device = Text("device", "cpu", "cpu, cuda or cuda:N.");
    private readonly Option<int> _threads = Number("threads", 0, 0, 1024, "Engine threads (0: by the machine).");
    private readonly Option<string> _weights = Choice("weights", "auto", "Weights in memory.", "auto", "f32", "bf16", "int8");
    private readonly Option<string> _kvFormat = Choice(
        "kv-format", "f32", "KV in memory and on its way; bf16 halves both and rounds.", "f32", "bf16");

    private readonly Option<int> _kvBlocks = Number(
        "kv-blocks", 0, 0, 1 << 24, "KV blocks of 16 tokens for each worker (0: by the model).");

    private readonly Option<string> _workers = Text(
        "workers", "none", "A local cluster, e.g. prefill=2,decode=2: this process is the gateway, they are its children.");

    private readonly Option<string> _engine = Choice("engine", "torch", "What runs the model.", "torch", "simulated");
    private readonly Option<string> _simProfile = Text("sim-profile", "mocker", "Timing of the simulated engine: a name or file.");
    private readonly Option<double> _simSpeed = new("--sim-speed")
    {
        Description = "Divides the simulated engine's times.",
        HelpName = "X",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Makes what chance decides repeatable: seeds of requests that bring none, simulated tokens.",
        HelpName = "N",
    };

    private readonly Option<string> _autoscale = Choice(
        "autoscale", "none", "What starts and ends workers by itself (none: the planner only advises).", "none", "process", "kubernetes");

    private readonly Option<string> _scaleMin = Text("scale-min", "prefill=1,decode=1", "Fewest workers of each phase.");
    private readonly Option<string> _scaleMax = Text("scale-max", "prefill=4,decode=4", "Most workers of each phase.");
    private readonly Option<int> _scaleBudget = Number(
        "scale-budget", 0, 0, 1 << 20, "Most GPUs of all workers; a CPU worker counts as one (0: no bound).");

    private readonly Option<string> _scaleRatio = Text(
        "scale-ratio", "none", "Fewest and most decode workers for each prefill worker, e.g. 0.5-4.");

    private readonly Option<string> _scaleInterval = Text("scale-interval", "5s", "Time between the planner's decisions.");
    private readonly Option<string> _scaleCooldown = Text(
        "scale-cooldown", "30s", "After a change of a phase, how long it does not shrink.");

    private readonly Option<string> _scaleIdle = Text(
        "scale-idle", "5m", "With a minimum of 0: without a request for so long, no worker stays; the next request waits for one.");

    private readonly Option<string> _sloTtft = Text("slo-ttft", "1s", "Target for the time to the first token.");
    private readonly Option<string> _sloTpot = Text("slo-tpot", "100ms", "Target for the time of each token after it; if it is given, workers decode only as many together as keep to it.");

    private readonly Option<string> _longestStep = Text(
        "longest-step", "none", "Most that a step takes that decodes and reads prompts: a bound on the gap between two tokens.");

    private readonly Option<string> _admission = Choice(
        "admission", "off", "Refuse requests that would miss their targets, by the load there is or that will be (429).",
        "off", "current", "predicted");

    private readonly Option<int> _maxQueued = Number(
        "max-queued", 1024, 1, 1 << 20, "Sequences that may wait for their first token; more get 429.");

    private readonly Option<string> _queueTtl = Text("queue-ttl", "10s", "Wait for a phase without a worker, then 503.");
    private readonly Option<string> _retention = Text("retention", "10m", "How long an ended request can be replayed.");
    private readonly Option<string> _resumeGrace = Text(
        "resume-grace", "5s", "How long a request runs on after its last reader has gone.");

    private readonly Option<string[]> _apiKey = new("--api-key")
    {
        Description = "Key that clients must bring; repeatable (better in BATON_API_KEY).",
        HelpName = "KEY",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _disaggregate = Choice(
        "disaggregate", "auto", "When prefill runs on another worker than decode.", "auto", "always", "never");

    private readonly Option<string> _dataPlane = Choice(
        "data-plane", "auto", "How KV bytes move between workers.", "auto", "shm", "tcp", "uds");

    private readonly Option<string> _node = Text("node", "", "Name of this process in the cluster (default: a fresh one).");
    private readonly Option<int> _parent = Number("parent", 0, 0, int.MaxValue, "Set by a process on its children.");

    public HostCommand()
    {
        _parent.Hidden = true;
        Root = new RootCommand("Baton serves a language model: prefill and decode on workers of their own.");
        foreach (var option in Options)
        {
            Root.Options.Add(option);
        }
    }

    public RootCommand Root { get; }

    public IReadOnlyList<Option> Options =>
    [
        _urls, _model, _role, _workers, _cluster, _clusterId, _clusterSecret, _siloPort, _gatewayPort, _node,
        _device, _threads, _weights, _kvFormat, _kvBlocks, _engine, _simProfile, _simSpeed, _seed,
        _autoscale, _scaleMin, _scaleMax, _scaleBudget, _scaleRatio, _scaleInterval, _scaleCooldown, _scaleIdle, _sloTtft, _sloTpot, _longestStep,
        _disaggregate, _dataPlane, _admission, _maxQueued, _queueTtl, _retention, _resumeGrace, _apiKey, _parent,
    ];

    /// <summary>The settings that a parse without errors stands for.</summary>
    /// <exception cref="FormatException">A value or a combination is wrong; the message is one line.</exception>
    public HostSettings Settings(ParseResult parse)
    {
        var planner = Planner();
        var autoscale = Value(_autoscale) switch
        {
            "none" => Autoscale.None,
            "process" => Autoscale.Process,
            var other => throw new FormatException($"--autoscale: {other} is not there yet; process is"),
        };
        if (autoscale != Autoscale.None && Value(_disaggregate) == "never")
        {
            throw new FormatException("--autoscale: each phase is sized by itself, and --disaggregate never has no workers for prefill");
        }

        var counts = Value(_workers) != "none" ? Read(_workers, ValueParsers.Counts)
            : autoscale == Autoscale.Process ? new PhaseCounts(Math.Max(1, planner.Min.Prefill), Math.Max(1, planner.Min.Decode))
            : (PhaseCounts?)null;
        var (gateway, roles) = Read(_role, ValueParsers.Roles);
        if (counts is not null)
        {
            // The process that starts workers is their gateway, whatever the default role says.
            (gateway, roles) = (true, parse.GetResult(_role) is { Implicit: false } ? roles : []);
        }

        return new HostSettings
        {
            Urls = Value(_urls),
            Model = Value(_model),
            IsGateway = gateway,
            Workers = roles,
            Cluster = Read(_cluster, ValueParsers.Cluster),
            ClusterId = Value(_clusterId),
            ClusterSecret = Value(_clusterSecret),
            SiloPort = parse.GetValue(_siloPort),
            GatewayPort = parse.GetValue(_gatewayPort),
            Device = Read(_device, ValueParsers.Device),
            Threads = parse.GetValue(_threads),
            Weights = Value(_weights),
            KvFormat = Value(_kvFormat),
            KvBlocks = parse.GetValue(_kvBlocks),
            LocalWorkers = counts,
            Autoscale = autoscale,
            Planner = planner,
            TokenTarget = parse.GetResult(_sloTpot) is { Implicit: false } ? planner.Tpot : null,
            LongestStep = Value(_longestStep) == "none" ? null : Read(_longestStep, ValueParsers.PositiveDuration),
            Engine = Value(_engine) == "torch" ? EngineKind.Torch : EngineKind.Simulated,
            SimProfile = Value(_simProfile),
            SimSpeed = parse.GetValue(_simSpeed) is > 0 and var speed
                ? speed
                : throw new FormatException("--sim-speed: must be above 0"),
            Seed = parse.GetValue(_seed),
            Admission = Value(_admission) switch
            {
                "current" => AdmissionMode.CurrentLoad,
                "predicted" => AdmissionMode.PredictedLoad,
                _ => AdmissionMode.Off,
            },
            MaxQueued = parse.GetValue(_maxQueued),
            QueueTtl = Read(_queueTtl, ValueParsers.Duration),
            Retention = Read(_retention, ValueParsers.Duration),
            ResumeGrace = Read(_resumeGrace, ValueParsers.Duration),
            ApiKeys = parse.GetValue(_apiKey) ?? [],
            Disaggregate = Enum.Parse<DisaggregationMode>(Value(_disaggregate), ignoreCase: true),
            DataPlane = Enum.Parse<KvPlaneMode>(Value(_dataPlane), ignoreCase: true),
            Node = Value(_node) is { Length: > 0 } node ? node : null,
            Parent = parse.GetValue(_parent) is > 0 and var parent ? parent : null,
            HasUrls = parse.GetResult(_urls) is { Implicit: false },
        };

        PlannerOptions Planner()
        {
            var (min, max) = (Read(_scaleMin, ValueParsers.Counts), Read(_scaleMax, ValueParsers.Counts));
            if (max.Prefill < Math.Max(1, min.Prefill) || max.Decode < Math.Max(1, min.Decode))
            {
                throw new FormatException("--scale-max: must be at least 1 and at least --scale-min, for each phase");
            }

            return new PlannerOptions
            {
                Min = min,
                Max = max,
                Budget = parse.GetValue(_scaleBudget) is > 0 and var budget ? budget : null,
                DecodePerPrefill = Value(_scaleRatio) == "none" ? null : Read(_scaleRatio, ValueParsers.Ratio),
                Interval = Read(_scaleInterval, ValueParsers.Interval),
                Cooldown = Read(_scaleCooldown, ValueParsers.Duration),
                IdleToZero = Read(_scaleIdle, ValueParsers.Duration),
                Ttft = Read(_sloTtft, ValueParsers.PositiveDuration),
                Tpot = Read(_sloTpot, ValueParsers.PositiveDuration),
            };
        }

        string Value(Option<string> option) => parse.GetValue(option)!;

        T Read<T>(Option<string> option, Func<string, T> read)
        {
            try
            {
                return read(Value(option));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{option.Name}: {e.Message}");
            }
        }
    }

    private static Option<string> Text(string name, string value, string help) => new($"--{name}")
    {
        Description = help,
        HelpName = name.ToUpperInvariant(),
        DefaultValueFactory = _ => value,
    };

    private static Option<string> Choice(string name, string value, string help, params string[] values)
    {
        var option = Text(name, value, help);
        option.HelpName = string.Join('|', values);
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } given && !values.Contains(given))
            {
                result.AddError($"--{name}: '{given}' is none of {string.Join(", ", values)}");
            }
        });
        return option;
    }

    private static Option<int> Number(string name, int value, int least, int most, string help) => new($"--{name}")
    {
        Description = help,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var given) || given < least || given > most)
            {
                result.AddError($"--{name}: '{text}' is not a whole number from {least} to {most}");
            }

            return given;
        },
    };
}
