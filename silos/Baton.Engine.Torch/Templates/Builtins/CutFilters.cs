using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>Filters that cut a list into rows or columns.</summary>
internal static class CutFilters
{
    /// <summary>Rows of so many items; the last is filled up where something is given to fill it with.</summary>
    public static object? Batch(Call call)
    {
        var (items, size, fill) = (call.ValueItems, Positive(call, "linecount"), call.Get(2, "fill_with", null));
        call.Budget.Steps(2L * items.Count);
        var rows = items.Chunk((int)Math.Min(size, int.MaxValue)).Select(row => new List<object?>(row)).ToList();
        if (fill is not null && rows is [.., var last])
        {
            call.Budget.Steps(size - last.Count);
            last.AddRange(Enumerable.Repeat(fill, (int)(size - last.Count)));
        }

        return new List<object?>(rows);
    }

    /// <summary>So many columns; the first ones are longer where the items do not suffice.</summary>
    public static object? Slice(Call call)
    {
        var (items, count, fill) = (call.ValueItems, Positive(call, "slices"), call.Get(2, "fill_with", null));
        call.Budget.Steps(2L * items.Count);
        call.Budget.Steps(count);
        var (each, longer) = (items.Count / (int)count, items.Count % (int)count);
        var columns = new List<object?>();
        for (int i = 0, start = 0; i < count; i++)
        {
            var column = items.GetRange(start, i < longer ? each + 1 : each);
            start += column.Count;
            if (fill is not null && i >= longer)
                column.Add(fill);
            columns.Add(column);
        }

        return columns;
    }

    private static long Positive(Call call, string name) => call.Whole(1, name, 0) is > 0 and var count
        ? count
        : throw new ChatTemplateException($"The chat template cuts a list with a '{name}' that is not positive.");
}
