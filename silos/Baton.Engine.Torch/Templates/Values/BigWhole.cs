namespace Baton.Engine.Torch.Templates.Values;

/// <summary>
/// A whole number from JSON that is too large for 64 bits. It is there to be passed on digit by digit: it has an order,
/// and nothing is computed with it.
/// </summary>
internal sealed record BigWhole(string Digits)
{
    /// <summary>About as much, read once: a client may send as many digits as a request has room for.</summary>
    public double Approximation { get; } = double.Parse(Digits, Numbers.Culture);
}
