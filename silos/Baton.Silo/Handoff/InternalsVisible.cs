using System.Runtime.CompilerServices;

// Tests play the other end of the wire.
[assembly: InternalsVisibleTo("Baton.Silo.Tests")]

// The simulation runs whole clusters on one thread.
[assembly: InternalsVisibleTo("Baton.Simulation")]
