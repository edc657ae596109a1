using System.Globalization;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>How long the fuzzers run: moments within all tests, and so many times longer for who asks.</summary>
internal static class Fuzzing
{
    private const string Variable = "BATON_FUZZ";

    public static int Rounds(int usual) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } times
        ? checked(usual * int.Parse(times, CultureInfo.InvariantCulture))
        : usual;
}
