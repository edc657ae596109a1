using System.Runtime.CompilerServices;

// The simulation runs sessions without a silo around them.
[assembly: InternalsVisibleTo("Baton.Simulation")]
