using Baton.Oracle;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Baton.Oracle MODEL_FOLDER GOLDEN_FILE   (compares the oracle with a golden file)");
    return 2;
}

var check = GoldenCheck.Run(new OracleModel(args[0]), GoldenFile.Read(args[1]));
Console.WriteLine(FormattableString.Invariant(
    $"greedy {check.GreedyEqual} of {check.GreedyTotal} equal, worst logprob error {check.WorstLogprobError:E2}"));
return check.GreedyEqual == check.GreedyTotal && check.WorstLogprobError < 1e-5 ? 0 : 1;
