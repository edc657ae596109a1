namespace Baton.Engine.Torch.Tests.Support;

/// <summary>Tests that run the model: alone, since they count live tensors and share two cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests
{
    public const string Name = "torch";
}
