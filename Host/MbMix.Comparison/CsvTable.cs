using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// The content of a comma-separated file with a header. Lines with another number of fields are left out, and so are
/// those whose environment steps do not grow; a repeated line is no fault.
/// </summary>
internal sealed class CsvTable
{
    private const long MaximumBytes = 64 << 20;
    private const string Steps = "env_steps";

    // beyond this, not every whole number is a double
    private const double MostSteps = 1L << 53;

    private readonly Dictionary<string, int> columns = [];
    private readonly List<string[]> rows = [];

    private CsvTable()
    {
    }

    public int Rows => rows.Count;

    /// <summary>What is wrong with the first line that was left out, as a sentence; null if none was.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads a file, which another process may be writing; an incomplete last line is left out.</summary>
    public static CsvTable Read(string path)
    {
        using var stream = RegularFile.OpenRead(path, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > MaximumBytes) throw RegularFile.TooLarge(path, stream.Length, MaximumBytes);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd());
    }

    public static CsvTable Parse(string text)
    {
        var table = new CsvTable();
        string[] lines = text.Split('\n');
        string[] names = Fields(lines[0].TrimEnd('\r'));
        for (int i = 0; i < names.Length; i++) table.columns.TryAdd(names[i], i);

        // whatever follows the last line feed is empty or an incomplete line
        var numbers = new List<int>();
        for (int i = 1; i < lines.Length - 1; i++)
        {
            string[] fields = Fields(lines[i].TrimEnd('\r'));
            if (fields.Length == names.Length)
            {
                table.rows.Add(fields);
                numbers.Add(i + 1);
            }
            else
            {
                table.Fault ??= $"line {i + 1} has {fields.Length} fields, {names.Length} are expected.";
            }
        }
        if (table.columns.ContainsKey(Steps)) table.KeepGrowing(numbers);
        return table;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyCollection<string> Columns => columns.Keys;

    public bool Has(string column) => columns.ContainsKey(column);

    /// <summary>Returns a value as a number; NaN if the column is missing or the field is not a number.</summary>
    public double Number(int row, string column) =>
        columns.TryGetValue(column, out int i)
            && double.TryParse(rows[row][i], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : double.NaN;

    // a line that goes far beyond the next one is the odd one of the two
    private void KeepGrowing(List<int> numbers)
    {
        double[] steps = [.. Enumerable.Range(0, rows.Count).Select(row => Number(row, Steps))];
        var kept = new List<string[]>();
        double last = -1;
        for (int i = 0; i < steps.Length; i++)
        {
            bool grows = steps[i] > last && steps[i] <= MostSteps;
            bool ahead = i + 1 < steps.Length && steps[i] > steps[i + 1] && steps[i + 1] > last;
            if (grows && !ahead)
            {
                kept.Add(rows[i]);
                last = steps[i];
                continue;
            }
            if (steps[i] == last) continue;
            Fault ??= FormattableString.Invariant(
                $"line {numbers[i]}: {Steps} is {OneLine.Value(rows[i][columns[Steps]])}, after {Math.Max(last, 0):0}.");
        }
        rows.Clear();
        rows.AddRange(kept);
    }

    private static string[] Fields(string line)
    {
        if (!line.Contains('"')) return line.Split(',');
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }
        fields.Add(field.ToString());
        return [.. fields];
    }
}
