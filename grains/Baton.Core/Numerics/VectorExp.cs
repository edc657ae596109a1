using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baton.Core.Numerics;

/// <summary>
/// The exponential function of eight numbers, to within two units in the last place (the polynomial of Moshier's Cephes).
/// The runtime's own is a method that is compiled again later, and slow until then.
/// </summary>
public static class VectorExp
{
    // Below it the result is 0: beside 1 it is nothing, and what is multiplied with numbers much smaller leaves the range in
    // which a CPU is fast.
    private const float Least = -80;

    // Above it the result would be too large for an f32.
    private const float Most = 88.37626f;
    private const float LogOfE = 1.442695f;

    // ln 2 in two parts, so that nothing is lost where it is taken away n times.
    private const float Ln2High = 0.6933594f;
    private const float Ln2Low = -2.1219444e-4f;
    private const int ExponentBias = 127;
    private const int ExponentShift = 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        var isSome = Vector256.GreaterThan(x, Vector256.Create(Least));
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(Least)), Vector256.Create(Most));
        var n = Vector256.Floor(Vector256.FusedMultiplyAdd(x, Vector256.Create(LogOfE), Vector256.Create(0.5f)));
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        var p = Vector256.FusedMultiplyAdd(Vector256.Create(1.9875691e-4f), r, Vector256.Create(1.3981999e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.333452e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665796e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666666e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r + Vector256<float>.One);
        var exponent = (Vector256.ConvertToInt32(n) + Vector256.Create(ExponentBias)) << ExponentShift;
        return (p * exponent.AsSingle()) & isSome;
    }
}
