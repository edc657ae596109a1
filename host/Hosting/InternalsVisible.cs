using System.Runtime.CompilerServices;

// Tests look at what keeps worker processes up, and at what a process keeps from one life to the next.
[assembly: InternalsVisibleTo("Baton.Host.Tests")]
