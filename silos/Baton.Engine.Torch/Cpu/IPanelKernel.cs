namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Products of some rows with panels: sixteen outputs, whose weights of one input lie beside each other. A result depends on
/// its row and its output alone, not on the tile.
/// </summary>
internal unsafe interface IPanelKernel
{
    /// <summary>Bytes of one input of a row.</summary>
    static abstract int InputBytes { get; }

    /// <summary>Bytes of a packed panel that are taken at a time.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Most rows of a tile of one panel.</summary>
    static abstract int TallRows { get; }

    /// <summary>Most rows of a tile of two panels.</summary>
    static abstract int WideRows { get; }

    /// <summary>Up to <see cref="TallRows"/> rows and one panel.</summary>
    /// <param name="rows">The rows' inputs.</param>
    /// <param name="w">The panel: the weights of its first input.</param>
    /// <param name="step">Bytes from them to those of the next.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="ahead">Bytes from a weight to the one that will be wanted much later.</param>
    /// <param name="y">Sixteen results of the first row.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether results are added to what is there.</param>
    static abstract void Tall<TRows>(
        in TileInputs rows, byte* w, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount;

    /// <summary>Two to <see cref="WideRows"/> rows and two panels, whose results lie beside each other.</summary>
    static abstract void Wide<TRows>(
        in TileInputs rows, byte* w, byte* v, nint step, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ICount;

    /// <summary>One row and up to four panels, whose results lie beside each other.</summary>
    static abstract void Single<TPanels>(in TileInputs row, byte** panels, nint step, int inputs, float* y, bool add)
        where TPanels : ICount;
}
