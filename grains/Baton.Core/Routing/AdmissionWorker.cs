using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Routing;

/// <summary>A worker that takes requests, as admission sees it.</summary>
/// <param name="IsPrefill">Which phase it serves.</param>
/// <param name="Profile">What its steps cost.</param>
/// <param name="KvTokens">Positions of its pool.</param>
/// <param name="StepTokens">Most tokens of a step.</param>
/// <param name="Load">Its latest report.</param>
/// <param name="PendingTokens">Prompt tokens sent to it since.</param>
public sealed record AdmissionWorker(
    bool IsPrefill, WorkerProfile Profile, long KvTokens, int StepTokens, EngineLoad Load, int PendingTokens);
