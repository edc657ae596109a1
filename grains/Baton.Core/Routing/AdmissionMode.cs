namespace Baton.Core.Routing;

/// <summary>When a request is refused because it would miss its targets (Mooncake, FAST 2025, section 6).</summary>
public enum AdmissionMode
{
    /// <summary>Never: requests queue.</summary>
    Off,

    /// <summary>Each phase is asked when it begins: a prompt may have been read for nothing. To compare with.</summary>
    AtEachStage,

    /// <summary>Both phases are asked on arrival, as they are then.</summary>
    CurrentLoad,

    /// <summary>Both on arrival, decode as it will be when the prompt has been read.</summary>
    PredictedLoad,
}
