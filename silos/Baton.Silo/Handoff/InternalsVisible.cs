using System.Runtime.CompilerServices;

// Tests play the other end of the wire.
[assembly: InternalsVisibleTo("Baton.Silo.Tests")]
