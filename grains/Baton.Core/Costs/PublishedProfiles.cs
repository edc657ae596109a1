namespace Baton.Core.Costs;

/// <summary>
/// Profiles that others have measured and published, that of the built-in model, and one of no time at all for tests.
/// </summary>
public static class PublishedProfiles
{
    // DistServe's simulator adds this to each step of a first pipeline stage, and the one millisecond for each stage to
    // prefills; 1e-4 ms for each token of context.
    private const double Dispatch = 2;
    private const double DispatchPerToken = 1e-4;
    private const int LargeBatch = 95;
    private const double A100PricePerHour = 3.67;

    /// <summary>The coefficients of NVIDIA Dynamo's mocker.</summary>
    public static WorkerProfile Mocker { get; } = new()
    {
        Name = "mocker",
        Hardware = "NVIDIA Dynamo's mocker",
        PrefillQuadratic = 4.209989e-7,
        PrefillLinear = 1.518344e-2,
        PrefillConstant = 16.50142,
        DecodeQuadratic = -25.74,
        DecodeLinear = 54.01,
        DecodeConstant = 5.74,
        DecodeFloor = 1,
    };

    /// <summary>No time at all: for tests.</summary>
    public static WorkerProfile Instant { get; } = new() { Name = "instant" };

    /// <summary>
    /// The built-in model, a prefill and a decode worker with one core each, by <c>baton profile</c>: steps are off by
    /// about a tenth in the median. A start: workers correct it by what they measure.
    /// </summary>
    public static WorkerProfile BuiltIn { get; } = new()
    {
        Name = "stories-7m-cpu",
        Hardware = "1 core of an AMD EPYC, shared",
        PrefillConstant = 5.1,
        PrefillLinear = 0.18,
        PrefillSquares = 8.9e-5,
        DecodeConstant = 4.2,
        DecodePerToken = 1.9e-3,
        DecodePerSequence = 0.28,
        Layers = 6,
        PricePerHour = 0.1,
        StartSeconds = 3,
        ConvertSeconds = 1,
        LinkGBPerSecond = 5,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WorkerProfile> All { get; } =
    [
        BuiltIn,
        Mocker,
        Instant,
        Opt13B("opt-13b", 1, (18.10254647, 0.1019122573, 7.122264314e-6),
            (19.93470262, 6.269356524e-4, 0.03850697741), (7.166188947, 5.798000403e-4, 0.1583109619)),
        Opt13B("opt-13b-tp2", 2, (14.74297370, 0.06857720740, 2.449572740e-6),
            (13.29479635, 3.410921970e-4, 0.06296393225), (10.63874191, 3.118336964e-4, 0.08562913604)),
        Opt13B("opt-13b-tp4", 4, (12.06229703, 0.03808140083, 5.226249732e-7),
            (10.25623168, 1.878670232e-4, 0.03269273629), (10.48351494, 1.712088856e-4, 0.04566648526)),
        Opt66B("opt-66b-tp2", 2, (43.0588, 0.274229, 2.24780e-5),
            (48.2880, 9.42434e-4, 0.127550), (28.7277, 4.74485e-4, 0.296178)),
        Opt66B("opt-66b-tp4", 4, (29.4416, 0.151352, 8.31745e-6),
            (30.7603, 4.51948e-4, 0.0632842), (27.4708, 4.04685e-4, 0.124807)),
        Opt66B("opt-66b-tp8", 8, (25.4907, 0.106592, 3.39105e-6),
            (23.1551, 2.26915e-4, 0.0480064), (21.7177, 3.75809e-4, 0.0897862)),
        Opt13B("opt-13b-vllm", 1, (22.05220479, 0.1405092387, 8.076584823e-6),
            (23.47504101, 5.929344661e-4, 0.06072686126), (20.20635617, 4.907727037e-4, 0.1200031386)),
        Opt13B("opt-13b-vllm-tp2", 2, (27.44080625, 0.09054532681, 8.452054313e-6),
            (24.54058424, 2.244014542e-4, 0.08715787269), (17.94776947, 4.570851465e-4, 0.1117907583)),
        Opt66B("opt-66b-vllm-tp4", 4, (42.9655, 0.212866, 4.60102e-5),
            (39.5818, 6.94572e-4, 0.135809), (40.8597, 4.26487e-4, 0.195084)),
    ];

    public static WorkerProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    // 40 layers of 5,120 in half precision. What its pool holds is DistServe's table for one and two GPUs, and from
    // there on as much more as each GPU adds.
    private static WorkerProfile Opt13B(
        string name,
        int gpus,
        (double A, double B, double C) prefill,
        (double A, double B, double C) decode,
        (double A, double B, double C) large) =>
        Fitted(name, gpus, prefill, decode, large) with
        {
            KvBytesPerToken = 819_200,
            Layers = 40,
            KvTokens = 66_144 + (96_864L * (gpus - 1)),
        };

    // 64 layers of 9,216 in half precision; 90 % of the memory less 132 GB of weights.
    private static WorkerProfile Opt66B(
        string name,
        int gpus,
        (double A, double B, double C) prefill,
        (double A, double B, double C) decode,
        (double A, double B, double C) large) =>
        Fitted(name, gpus, prefill, decode, large) with
        {
            KvBytesPerToken = 2_359_296,
            Layers = 64,
            KvTokens = ((72_000_000_000L * gpus) - 132_000_000_000L) / 2_359_296,
        };

    /// <summary>
    /// DistServe's fits (OSDI 2024, its published simulator) on A100-80G, tensor parallel, its fixed overheads included. A
    /// decode step attends to one position more than the context, hence the token's cost for each sequence.
    /// </summary>
    private static WorkerProfile Fitted(
        string name,
        int gpus,
        (double A, double B, double C) prefill,
        (double A, double B, double C) decode,
        (double A, double B, double C) large) => new()
        {
            Name = name,
            Hardware = $"{gpus} x NVIDIA A100-80G",
            PrefillConstant = prefill.A + 1 + Dispatch,
            PrefillLinear = prefill.B + DispatchPerToken,
            PrefillSquares = prefill.C,
            DecodeConstant = decode.A + Dispatch,
            DecodePerToken = decode.B + DispatchPerToken,
            DecodePerSequence = decode.C,
            DecodeLarge = new DecodeCost
            {
                FromSequences = LargeBatch,
                Constant = large.A + Dispatch,
                PerToken = large.B + DispatchPerToken,
                PerSequence = large.C,
            },
            StepTokens = 2048,
            MaxSequences = 512,
            Gpus = gpus,
            PricePerHour = A100PricePerHour * gpus,
            StartSeconds = 60,
            LinkGBPerSecond = 100,
        };
}
