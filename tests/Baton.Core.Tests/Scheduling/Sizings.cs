using Baton.Core.Costs;
using CsCheck;

namespace Baton.Core.Tests.Scheduling;

/// <summary>Costs and bounds to size steps by.</summary>
internal static class Sizings
{
    public const int BlockTokens = 16;
    public const int KvTokens = 4096;

    /// <summary>Any costs, also none at all, and such as fall where a batch becomes large.</summary>
    public static readonly Gen<WorkerProfile> Profiles =
        Gen.Select(Cost(30), Cost(1), Cost(0.001), Cost(0.001), Cost(20), Cost(0.01), Cost(1)).Select(
            (constant, linear, quadratic, squares, decode, perToken, perSequence) => new WorkerProfile
            {
                Name = "any",
                PrefillConstant = constant,
                PrefillLinear = linear,
                PrefillQuadratic = quadratic,
                PrefillSquares = squares,
                DecodeConstant = decode,
                DecodePerToken = perToken,
                DecodePerSequence = perSequence,
                DecodeLarge = new DecodeCost { FromSequences = 5, Constant = decode / 2, PerToken = perToken, PerSequence = perSequence * 1.1 },
            });

    /// <summary>A target that is met by some batches and not by others.</summary>
    public static readonly Gen<TimeSpan?> Targets =
        Gen.Frequency((1, Gen.Const((TimeSpan?)null)), (4, Gen.Double[0.5, 60].Select(ms => (TimeSpan?)TimeSpan.FromMilliseconds(ms))));

    private static Gen<double> Cost(double most) => Gen.Frequency((1, Gen.Const(0.0)), (3, Gen.Double[0, most]));
}
