using System.Globalization;

namespace MbMix.Dashboard;

/// <summary>
/// Lines of a table of numbers. Of many lines only every second, fourth and so on is kept, so that a run of any length
/// takes a limited amount of memory; the last line is always known.
/// </summary>
internal sealed class Rows
{
    private readonly List<double[]> kept = [];
    private long stride = 1, count;
    private int limit = int.MaxValue;

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
    /// Adds a line of the file; the first one is the header. A line that does not fit it is left out.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="added">Receives the line if it is kept.</param>
    public void Add(string line, List<double[]> added)
    {
        string[] fields = line.Split(',');
        if (Columns.Length == 0)
        {
            Columns = fields;
            return;
        }
        if (fields.Length != Columns.Length) return;
        double[] row = Array.ConvertAll(fields, Number);
        Last = row;
        if (count++ % stride != 0) return;
        kept.Add(row);
        added.Add(row);
        Thin();
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
        (Columns, Last, stride, count) = ([], null, 1, 0);
    }

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
