using System.Runtime.CompilerServices;

// The simulation runs sessions without a silo around them.
[assembly: InternalsVisibleTo("Baton.Simulation")]

// Tests look at the forms in which a gateway keeps things.
[assembly: InternalsVisibleTo("Baton.Silo.Tests")]
