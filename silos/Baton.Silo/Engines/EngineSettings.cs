using System.Security.Cryptography;
using System.Text;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Silo.Engines;

/// <summary>What all engines of a process have in common.</summary>
public sealed record EngineSettings
{
    // A default pool takes at most this, and at least what two sequences of full length need.
    private const long DefaultPoolBytes = 256L << 20;
    private const int LeastSequences = 2;

    /// <summary>KV blocks of a worker; 0 sizes the pool by the model.</summary>
    public int KvBlocks { get; init; }

    public SchedulerOptions Scheduling { get; init; } = new();

    /// <summary>Keys the prefix hashes.</summary>
    public required string ClusterSecret { get; init; }

    /// <summary>What steps are thought to cost, until they are measured.</summary>
    public WorkerProfile Profile { get; init; } = PublishedProfiles.BuiltIn;

    /// <summary>Measures steps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public int BlocksFor(KvLayout layout, int maxContext) => KvBlocks > 0
        ? KvBlocks
        : (int)Math.Max(DefaultPoolBytes / layout.BlockBytes, LeastSequences * (long)layout.BlocksFor(maxContext));

    public EngineLoop Start(IModelRunner runner, int blocks, string name) => new(
        runner,
        blocks,
        Scheduling,
        new EngineLoopOptions
        {
            PrefixSecret = SHA256.HashData(Encoding.UTF8.GetBytes($"prefix cache\n{ClusterSecret}")),
            ThreadName = $"baton-{name}",
            Profile = Profile,
        },
        Time);
}
