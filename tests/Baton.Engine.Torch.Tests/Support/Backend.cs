using Baton.Core.Engine;
using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Runner;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>What runs a model's steps.</summary>
public enum Backend
{
    Cpu,
    Torch,
}

internal static class Backends
{
    public static IModelRunner Runner(this Backend backend, TorchModel model, IKvMemory memory, int blocks, int maxStepTokens) =>
        backend == Backend.Cpu
            ? new CpuModelRunner(model, memory, blocks, maxStepTokens)
            : new TorchModelRunner(model, memory, blocks, maxStepTokens);
}
