using System.Runtime.CompilerServices;

// The simulation takes an engine's turns itself, in time of its own.
[assembly: InternalsVisibleTo("Baton.Simulation")]
