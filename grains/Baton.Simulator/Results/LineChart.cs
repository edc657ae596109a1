using System.Globalization;
using System.Net;
using System.Text;

namespace Baton.Simulator.Results;

/// <summary>Lines over time, as SVG.</summary>
internal static class LineChart
{
    private const int Width = 900;
    private const int Height = 160;
    private const int Left = 52;
    private const int Bottom = 18;
    private const int Top = 8;
    private const int GridLines = 4;

    /// <param name="Kind">Its class in the style sheet.</param>
    /// <param name="Name">What it is; empty where the title says it.</param>
    /// <param name="Values">One for each time.</param>
    public sealed record Series(string Kind, string Name, double[] Values);

    public static void Append(StringBuilder page, string title, double[] at, params Series[] series)
    {
        double most = Math.Max(1e-9, series.Max(s => s.Values.DefaultIfEmpty(0).Max()));
        double end = Math.Max(1e-9, at.LastOrDefault());
        page.Append(CultureInfo.InvariantCulture, $"<h2>{WebUtility.HtmlEncode(title)}</h2>\n");
        Legend(page, series);
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">\n");
        Grid(page, most, end);
        foreach (Series line in series)
        {
            IEnumerable<string> points = at.Zip(line.Values, (t, v) => string.Create(
                CultureInfo.InvariantCulture, $"{Left + (t / end * (Width - Left - 8)):0.0},{Y(v, most):0.0}"));
            page.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{line.Kind}\" points=\"{string.Join(' ', points)}\"/>\n");
        }

        page.Append("</svg>\n");
    }

    private static void Legend(StringBuilder page, Series[] series)
    {
        if (!series.Any(s => s.Name.Length > 0))
            return;
        IEnumerable<string> names = series.Select(s => $"<b class=\"{s.Kind}\">{WebUtility.HtmlEncode(s.Name)}</b>");
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"legend\">{string.Join(", ", names)}</div>\n");
    }

    private static void Grid(StringBuilder page, double most, double end)
    {
        for (int i = 0; i <= GridLines; i++)
        {
            double value = most * i / GridLines;
            double y = Y(value, most);
            double x = Left + ((double)i / GridLines * (Width - Left - 8));
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\"/>");
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{Short(value)}</text>");
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{Height - 2}\" text-anchor=\"{(i == GridLines ? "end" : "middle")}\">{end * i / GridLines:0} s</text>\n");
        }
    }

    // Three digits: 12.3k.
    private static string Short(double value) => value >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1000:G3}k")
        : value.ToString("G3", CultureInfo.InvariantCulture);

    private static double Y(double value, double most) => Top + ((1 - (value / most)) * (Height - Top - Bottom));
}
