namespace Baton.Engine.Torch.Weights;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Type">The format's name of the number type.</param>
/// <param name="Shape">Outermost dimension first.</param>
/// <param name="Begin">First byte, from the start of the data section.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record TensorEntry(string Type, long[] Shape, long Begin, long End);
