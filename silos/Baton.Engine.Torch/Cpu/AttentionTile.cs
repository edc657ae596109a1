using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Cpu;

/// <summary>A few neighbouring rows of a sequence, whose queries are computed together.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Row">The first row among those of the step.</param>
/// <param name="ResultRow">The first row among the results.</param>
/// <param name="FirstPosition">Position of the first row.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct AttentionTile(Sequence Sequence, int Row, int ResultRow, int FirstPosition, int Rows);
