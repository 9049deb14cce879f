using System.Globalization;

namespace MbMix.Dashboard;

/// <summary>
/// Lines of a table of numbers. Of many lines only every second, fourth and so on is kept, so that a run of any length
/// takes a limited amount of memory; the last line is always known.
/// </summary>
internal sealed class Rows
{
    // no iteration has more environment steps, no run takes more of them, and no training takes more seconds
    private const double MostAtOnce = 1e9, MostSteps = 1e15, MostSeconds = 1e9;

    private readonly List<double[]> kept = [];
    private long stride = 1, count;
    private int limit = int.MaxValue;
    private double[]? doubted;

    /// <summary>Environment steps that the run is to take; null if they are not known.</summary>
    public double? Budget { get; set; }

    /// <summary>Names of the columns; empty until there is a header.</summary>
    public string[] Columns { get; private set; } = [];

    /// <summary>The lines that are kept.</summary>
    public IReadOnlyList<double[]> Kept => kept;

    /// <summary>The last line; null if there is none.</summary>
    public double[]? Last { get; private set; }

    /// <summary>Returns a value of a line; NaN if there is no such column.</summary>
    public double Value(double[] row, string column) =>
        Array.IndexOf(Columns, column) is var at and >= 0 ? row[at] : double.NaN;

    /// <summary>
    /// Adds a line of the file; the first one is the header. A line that does not fit it is left out, as is one whose
    /// steps or seconds cannot be true: they are no numbers, out of reach, or go back.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="added">Receives the line if it is kept.</param>
    /// <returns>Whether lines were taken back, because the ones after them agree that they were wrong.</returns>
    public bool Add(string line, List<double[]> added)
    {
        string[] fields = line.Split(',');
        if (Columns.Length == 0)
        {
            Columns = fields;
            return false;
        }
        if (fields.Length != Columns.Length) return false;
        double[] row = Array.ConvertAll(fields, Number);
        if (!IsWithinReach(row)) return false;
        if (Last is null || Follows(Last, row))
        {
            doubted = null;
            Keep(row, added);
            return false;
        }
        if (doubted is not { } first || !Follows(first, row))
        {
            doubted = row;
            return false;
        }
        doubted = null;
        kept.RemoveAll(k => !Follows(k, first));
        Keep(first, added);
        Keep(row, added);
        return true;
    }

    /// <summary>Limits the number of lines that are kept.</summary>
    public void Limit(int most)
    {
        limit = most;
        Thin();
    }

    /// <summary>Forgets everything, because the file begins anew.</summary>
    public void Clear()
    {
        kept.Clear();
        (Columns, Last, doubted, stride, count) = ([], null, null, 1, 0);
    }

    private void Keep(double[] row, List<double[]> added)
    {
        Last = row;
        if (count++ % stride != 0) return;
        kept.Add(row);
        added.Add(row);
        Thin();
    }

    // a run ends with the iteration that reaches its budget
    private bool IsWithinReach(double[] row)
    {
        if (Value(row, "wall_seconds") is < 0 or > MostSeconds) return false;
        if (!Columns.Contains("env_steps")) return true;
        double steps = Value(row, "env_steps"), most = 2 * Budget ?? MostSteps;
        return steps >= 0 && double.IsInteger(steps) && steps <= (Last is null ? Math.Max(MostAtOnce, most) : most);
    }

    private bool Follows(double[] before, double[] row) =>
        !(Value(row, "env_steps") < Value(before, "env_steps"))
        && !(Value(row, "wall_seconds") < Value(before, "wall_seconds"));

    private void Thin()
    {
        while (kept.Count >= limit)
        {
            int half = (kept.Count + 1) / 2;
            for (int i = 0; i < half; i++) kept[i] = kept[2 * i];
            kept.RemoveRange(half, kept.Count - half);
            stride *= 2;
        }
    }

    private static double Number(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value : double.NaN;
}
