namespace Baton.Engine.Torch.Cpu;

/// <summary>The tiles of a format of weights. A result depends on its row and its output alone, not on the tile.</summary>
internal unsafe interface IPanelKernel
{
    /// <summary>Bytes of one input of a row.</summary>
    static abstract int InputBytes { get; }

    /// <summary>One to six rows and one panel.</summary>
    /// <param name="x">The rows' inputs.</param>
    /// <param name="w">The panel: the weights of its first input.</param>
    /// <param name="inputs">Inputs of the stretch.</param>
    /// <param name="ahead">Bytes from a weight to the one that will be wanted much later.</param>
    /// <param name="y">Sixteen results of the first row.</param>
    /// <param name="yStride">From one row to the next.</param>
    /// <param name="add">Whether results are added to what is there.</param>
    static abstract void Tall<TRows>(in TileInputs x, byte* w, int inputs, nint ahead, float* y, int yStride, bool add)
        where TRows : ITileRows;

    /// <summary>Two or three rows and two panels, one <paramref name="panel"/> bytes behind the other.</summary>
    static abstract void Wide<TRows>(in TileInputs x, byte* w, nint panel, int inputs, float* y, int yStride, bool add)
        where TRows : ITileRows;

    /// <summary>One row and four panels, each <paramref name="panel"/> bytes behind the one before.</summary>
    static abstract void Single(in TileInputs x, byte* w, nint panel, int inputs, float* y, bool add);
}
