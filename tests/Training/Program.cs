using Baton.Engine.Torch.Native;
using Baton.Training.Commands;
using TorchSharp;

const string Usage = """
    usage: Baton.Training COMMAND
      train    --text DIR --out RUN_DIR [--minutes N] [--threads N]   train, or go on from RUN_DIR's checkpoint
      export   --run RUN_DIR --out MODEL_DIR                          write the checkpoint as a model folder
      evaluate --model MODEL_DIR --text DIR                           held-out losses of the released weights
      preview  [--count N] [--seed N]                              some of the generated texts
      sample   --model MODEL_DIR [--temperature T] [--top-p P] [--seed N]
      golden   --model MODEL_DIR --out FILE                           golden outputs, derived by the oracle
      verify   --model MODEL_DIR                                      training twin against oracle
    """;

try
{
    var line = new CommandLine(args);
    TorchRuntime.EnsureLoaded();
    torch.set_num_threads((int)line.Number("threads", Environment.ProcessorCount));
    return Run(line) ? 0 : 1;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{e.Message}\n{Usage}");
    return 2;
}

static bool Run(CommandLine line)
{
    switch (line.Verb.TrimStart('-'))
    {
        case "train":
            Verbs.Train(line);
            return true;
        case "export":
            Verbs.Export(line);
            return true;
        case "evaluate":
            Verbs.Evaluate(line);
            return true;
        case "sample":
            Verbs.Sample(line);
            return true;
        case "preview":
            Preview.Print((int)line.Number("count", 5), (int)line.Number("seed", 1));
            return true;
        case "golden":
            Verbs.Golden(line);
            return true;
        case "verify":
            return Verbs.Verify(line);
        default:
            throw new ArgumentException($"Unknown command '{line.Verb}'.");
    }
}
