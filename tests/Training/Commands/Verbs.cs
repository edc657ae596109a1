using Baton.Oracle;
using Baton.Training.Export;
using Baton.Training.Model;
using Baton.Training.Run;
using Baton.Training.Text;
using Baton.Training.Tokens;
using TorchSharp;

namespace Baton.Training.Commands;

/// <summary>What the tool can do.</summary>
public static class Verbs
{
    private const string TokenizerFile = "tokenizer.json";
    private const string TrainText = "stories-train.txt.gz";
    private const string ValidText = "stories-valid.txt.gz";

    /// <summary>Trains (or goes on training) in the folder --out, with the texts in --text.</summary>
    public static void Train(CommandLine line)
    {
        var folder = Directory.CreateDirectory(line.Required("out")).FullName;
        var grammar = new Grammar();
        var novels = Novels.Read(Path.Combine(line.Required("text"), TrainText));
        var tokenizerPath = Path.Combine(folder, TokenizerFile);
        if (!File.Exists(tokenizerPath))
        {
            TokenizerJson.Write(VocabularyBuilder.Build(grammar, novels, new LlamaShape().Vocabulary), tokenizerPath);
        }

        var tokenizer = TokenizerJson.Read(tokenizerPath);
        var twin = new LlamaTwin(new LlamaWeights(new LlamaShape(), seed: 1), torch.ScalarType.BFloat16);
        using var trainer = new Trainer(
            twin, new Corpus(grammar, tokenizer, novels), HeldOut(line, grammar, tokenizer), folder);
        trainer.Run(TimeSpan.FromMinutes(line.Number("minutes", 70)));
    }

    /// <summary>Writes the checkpoint in --run as a model folder --out.</summary>
    public static void Export(CommandLine line)
    {
        var run = line.Required("run");
        var weights = new LlamaWeights(new LlamaShape(), seed: 0);
        SafeTensors.ReadInto(Path.Combine(run, Trainer.CheckpointFile), weights.Tensors);
        ModelFolder.Write(line.Required("out"), weights, TokenizerJson.Read(Path.Combine(run, TokenizerFile)));
    }

    /// <summary>Held-out losses of the released (rounded) weights in --model.</summary>
    public static void Evaluate(CommandLine line)
    {
        var model = line.Required("model");
        var tokenizer = TokenizerJson.Read(Path.Combine(model, TokenizerFile));
        var twin = new LlamaTwin(ReleasedWeights.Read(model), torch.ScalarType.Float32);
        foreach (var (kind, loss) in HeldOut(line, new Grammar(), tokenizer).Losses(twin))
        {
            Console.WriteLine(FormattableString.Invariant($"{kind}: {loss:F3}"));
        }
    }

    /// <summary>Prints samples of --model.</summary>
    public static void Sample(CommandLine line)
    {
        var model = line.Required("model");
        var tokenizer = TokenizerJson.Read(Path.Combine(model, TokenizerFile));
        var random = new Random((int)line.Number("seed", 1));
        double temperature = line.Number("temperature", 0.7), topP = line.Number("top-p", 0.95);
        var sampler = new Sampler(new OracleModel(model), temperature, topP, random);
        foreach (var prompt in Prompts.Plain)
        {
            Console.WriteLine($"> {prompt}\n{prompt}{Continue(sampler, tokenizer, Prompts.Ids(tokenizer, prompt))}\n");
        }

        foreach (var chat in Prompts.Chats)
        {
            var ids = ChatTemplate.Prompt(tokenizer, chat);
            Console.WriteLine($"> {chat[^1].Content}\n{Continue(sampler, tokenizer, ids)}\n");
        }
    }

    /// <summary>Writes the golden outputs of --model to --out.</summary>
    public static void Golden(CommandLine line) => GoldenMaker.Make(line.Required("model")).Write(line.Required("out"));

    /// <summary>Compares the training twin with the oracle on --model; false when they differ.</summary>
    public static bool Verify(CommandLine line)
    {
        var worst = TwinCheck.WorstDifference(line.Required("model"));
        Console.WriteLine(FormattableString.Invariant($"largest logit difference between twin and oracle: {worst:E2}"));
        return worst < 1e-3;
    }

    private static string Continue(Sampler sampler, Tokenizer tokenizer, IReadOnlyList<int> prompt) =>
        tokenizer.Decode(sampler.Continue(prompt, most: 250));

    private static HeldOut HeldOut(CommandLine line, Grammar grammar, Tokenizer tokenizer) =>
        new(new Corpus(grammar, tokenizer, Novels.Read(Path.Combine(line.Required("text"), ValidText))));
}
