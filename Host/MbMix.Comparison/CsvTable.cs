using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>The content of a comma-separated file with a header.</summary>
internal sealed class CsvTable
{
    private const long MaximumBytes = 64 << 20;

    private readonly Dictionary<string, int> columns = [];
    private readonly List<string[]> rows = [];

    private CsvTable()
    {
    }

    public int Rows => rows.Count;

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
        foreach (string line in lines.AsSpan(1, Math.Max(0, lines.Length - 2)))
        {
            string[] fields = Fields(line.TrimEnd('\r'));
            if (fields.Length == names.Length) table.rows.Add(fields);
        }
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
