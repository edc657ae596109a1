namespace Baton.Engine.Torch.Cpu;

/// <summary>Something that is done to each row by itself.</summary>
internal sealed class RowParts(CpuThreads threads, Action<int> one) : IParts
{
    // Of a part, in numbers touched: below it, waking another thread takes longer.
    private const int LeastWork = 1 << 15;

    private int _rows;
    private int _rowsOfPart;

    /// <param name="rows">Rows.</param>
    /// <param name="width">Numbers of a row that are touched.</param>
    public void RunAll(int rows, int width)
    {
        (_rows, _rowsOfPart) = (rows, Math.Max(1, LeastWork / width));
        threads.Run(this, (rows + _rowsOfPart - 1) / _rowsOfPart);
    }

    public void Run(int part, int thread)
    {
        var end = Math.Min(_rows, (part + 1) * _rowsOfPart);
        for (var row = part * _rowsOfPart; row < end; row++)
            one(row);
    }
}
