namespace Baton.Core.Scheduling;

/// <summary>What one step may run.</summary>
public enum StepMix
{
    /// <summary>Decodes, and chunks of prompts in what is left of the token budget (Sarathi-Serve, OSDI 2024).</summary>
    Chunked,

    /// <summary>
    /// Prompts alone, waiting ones before any decode; decodes alone where no prompt can run (Orca, OSDI 2022, and vLLM
    /// before it chunked). To compare with: a running answer stands still while others' prompts are read.
    /// </summary>
    PromptsFirst,
}
