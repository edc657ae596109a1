namespace Baton.Cli;

/// <summary>Where a command reads and writes.</summary>
public sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error);
