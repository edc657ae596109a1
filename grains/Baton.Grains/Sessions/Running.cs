using Baton.Contracts;
using Baton.Core.Engine;

namespace Baton.Grains.Sessions;

/// <summary>An attempt at a sequence that was ordered.</summary>
/// <param name="Key">The sequence and the attempt.</param>
/// <param name="Decode">Who decodes.</param>
/// <param name="Source">Who hands the KV over, a prefill worker or the last decode worker; null when nobody does.</param>
/// <param name="Outcome">Ends when the attempt does.</param>
internal sealed record Running(SequenceKey Key, WorkerId Decode, WorkerId? Source, Task<AttemptOutcome> Outcome);
