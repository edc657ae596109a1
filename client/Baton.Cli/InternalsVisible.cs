using System.Runtime.CompilerServices;

// Its load is the one that clusters are measured under.
[assembly: InternalsVisibleTo("Baton.Benchmarks")]
