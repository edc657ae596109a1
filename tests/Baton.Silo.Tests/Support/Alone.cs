namespace Baton.Silo.Tests.Support;

/// <summary>Tests that measure what the whole process does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
