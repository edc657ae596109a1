namespace Baton.Simulator;

/// <summary>How the phases are put onto workers.</summary>
public enum ServingShape
{
    /// <summary>Prefill and decode on workers of their own.</summary>
    Disaggregated,

    /// <summary>Both on each worker; a step mixes decodes and chunks of prompts (Sarathi, OSDI 2024).</summary>
    Chunked,

    /// <summary>Both on each worker; a step runs prompts, whole and first, or decodes (Orca, vLLM's default of 2023).</summary>
    Plain,
}
