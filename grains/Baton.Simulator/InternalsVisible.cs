using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Baton.Simulator.Tests")]
