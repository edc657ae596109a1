using Xunit.Sdk;

// All worlds share the one thread of the pool, and each waits until it is idle.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]
