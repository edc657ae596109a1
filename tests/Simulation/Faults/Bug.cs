namespace Baton.Simulation.Faults;

/// <summary>A bug that is planted around the real code, to see that the simulation finds it.</summary>
internal enum Bug
{
    None,

    /// <summary>Tokens of an attempt that is over are taken for those of the current one.</summary>
    EpochNotChecked,

    /// <summary>Bytes are acknowledged whatever their checksum is.</summary>
    AckBeforeChecksum,

    /// <summary>The blocks of a sequence that was handed over are freed twice.</summary>
    ReleaseTwice,
}
