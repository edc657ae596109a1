using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Baton.Cli;

/// <summary>Options that are numbers within bounds.</summary>
internal static class Numbers
{
    public static Option<T?> Option<T>(string name, string help, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = help,
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && number >= least && number <= most)
                {
                    return number;
                }

                result.AddError($"{name}: '{text}' is not a number from {least} to {most}");
                return null;
            },
        };
}
