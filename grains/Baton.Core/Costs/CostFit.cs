namespace Baton.Core.Costs;

/// <summary>
/// Fits a profile's coefficients to measured steps, prefill and decode each by the steps that were nothing else: least
/// squares of the relative error, twice, without the steps that the first fit is far off; no coefficient is below zero.
/// </summary>
public static class CostFit
{
    // Fewer say nothing of three coefficients.
    private const int LeastSamples = 8;

    // Times the median error: beyond it the machine did something else meanwhile.
    private const double Outlier = 4;

    /// <summary>The profile with what the samples say of it; parts that they say nothing of stay as they were.</summary>
    /// <param name="profile">Name, sizes and prices, and the costs until they are measured.</param>
    /// <param name="samples">Measured steps.</param>
    public static FittedProfile Fit(WorkerProfile profile, IReadOnlyList<StepSample> samples)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(samples);
        var prefill = Solve(samples.Where(s => s.Work is { PrefillTokens: > 0, Decodes: 0 }),
            w => [1, w.PrefillTokens, w.PrefillSquares]);
        var decode = Solve(samples.Where(s => s.Work is { PrefillTokens: 0, Decodes: > 0 }),
            w => [1, w.DecodeTokens, w.Decodes]);
        if (prefill is var (p, _, _))
        {
            profile = profile with
            {
                PrefillConstant = p[0],
                PrefillLinear = p[1],
                PrefillSquares = p[2],
                PrefillQuadratic = 0,
            };
        }

        if (decode is var (d, _, _))
        {
            profile = profile with
            {
                DecodeConstant = d[0],
                DecodePerToken = d[1],
                DecodePerSequence = d[2],
                DecodeLinear = 0,
                DecodeQuadratic = 0,
                DecodeFloor = 0,
                DecodeLarge = null,
            };
        }

        return new FittedProfile(profile, prefill?.Count ?? 0, prefill?.Error ?? 0, decode?.Count ?? 0, decode?.Error ?? 0);
    }

    private static (double[] Coefficients, int Count, double Error)? Solve(
        IEnumerable<StepSample> samples, Func<StepWork, double[]> features)
    {
        List<(double[] X, double Y)> rows = [.. samples.Where(s => s.Ms > 0).Select(s => (features(s.Work), s.Ms))];
        if (rows.Count < LeastSamples)
            return null;
        double[] first = NonNegative(rows);
        double far = Outlier * Median(rows, first);
        List<(double[] X, double Y)> near = [.. rows.Where(r => Error(r, first) <= far)];
        double[] second = near.Count >= LeastSamples ? NonNegative(near) : first;
        return (second, rows.Count, Median(rows, second));
    }

    /// <summary>Least squares over the features whose coefficients come out above zero.</summary>
    private static double[] NonNegative(List<(double[] X, double Y)> rows)
    {
        int width = rows[0].X.Length;
        List<int> used = [.. Enumerable.Range(0, width)];
        while (true)
        {
            double[] some = LeastSquares(rows, used);
            int worst = Array.IndexOf(some, some.Min());
            if (some[worst] >= 0 || used.Count == 1)
            {
                double[] all = new double[width];
                for (int i = 0; i < used.Count; i++)
                    all[used[i]] = Math.Max(0, some[i]);
                return all;
            }

            used.RemoveAt(worst);
        }
    }

    private static double[] LeastSquares(List<(double[] X, double Y)> rows, List<int> used)
    {
        int n = used.Count;
        double[] scale = [.. used.Select(u => Math.Max(1e-12, rows.Max(r => Math.Abs(r.X[u]))))];
        double[,] a = new double[n, n + 1];
        foreach ((double[] x, double y) in rows)
        {
            for (int i = 0; i < n; i++)
            {
                double xi = x[used[i]] / scale[i] / y;
                for (int j = 0; j < n; j++)
                    a[i, j] += xi * (x[used[j]] / scale[j] / y);
                a[i, n] += xi;
            }
        }

        // Features that always come in one proportion could not be told apart: the least ridge shares between them.
        for (int i = 0; i < n; i++)
            a[i, i] *= 1 + 1e-9;
        double[] solution = Eliminate(a, n);
        for (int i = 0; i < n; i++)
            solution[i] /= scale[i];
        return solution;
    }

    private static double[] Eliminate(double[,] a, int n)
    {
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            for (int j = 0; j <= n; j++)
                (a[column, j], a[pivot, j]) = (a[pivot, j], a[column, j]);
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[column, column] == 0 ? 0 : a[row, column] / a[column, column];
                for (int j = column; j <= n; j++)
                    a[row, j] -= factor * a[column, j];
            }
        }

        double[] solution = new double[n];
        for (int row = n - 1; row >= 0; row--)
        {
            double sum = a[row, n];
            for (int j = row + 1; j < n; j++)
                sum -= a[row, j] * solution[j];
            solution[row] = a[row, row] == 0 ? 0 : sum / a[row, row];
        }

        return solution;
    }

    private static double Median(List<(double[] X, double Y)> rows, double[] coefficients)
    {
        double[] errors = [.. rows.Select(r => Error(r, coefficients)).Order()];
        return errors[errors.Length / 2];
    }

    private static double Error((double[] X, double Y) row, double[] coefficients) =>
        Math.Abs(row.X.Zip(coefficients, (x, c) => x * c).Sum() - row.Y) / row.Y;
}
