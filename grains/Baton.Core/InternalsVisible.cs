using System.Runtime.CompilerServices;

// The simulation takes an engine's turns itself, in time of its own; so does the simulator, without the engine's thread.
[assembly: InternalsVisibleTo("Baton.Simulation")]
[assembly: InternalsVisibleTo("Baton.Simulator")]
