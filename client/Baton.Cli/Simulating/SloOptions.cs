using System.CommandLine;
using Baton.Simulator;

namespace Baton.Cli.Simulating;

/// <summary>The targets.</summary>
internal sealed class SloOptions
{
    private readonly Option<TimeSpan?> _ttft = Durations.Option("--slo-ttft", "Target for the time to the first token [1s].");
    private readonly Option<TimeSpan?> _tpot = Durations.Option("--slo-tpot", "Target for the mean time of each further token [100ms].");

    public SloOptions(Command command)
    {
        command.Options.Add(_ttft);
        command.Options.Add(_tpot);
    }

    public SloTarget Target(ParseResult parse)
    {
        var target = new SloTarget(
            parse.GetValue(_ttft) ?? TimeSpan.FromSeconds(1), parse.GetValue(_tpot) ?? TimeSpan.FromMilliseconds(100));
        return target.Ttft > TimeSpan.Zero && target.Tpot > TimeSpan.Zero
            ? target
            : throw new InvalidDataException("--slo-ttft and --slo-tpot must be above 0.");
    }
}
