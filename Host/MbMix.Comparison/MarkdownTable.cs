using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// Formats Markdown tables that also read well in a terminal: the first column is aligned left, the others right.
/// </summary>
internal static class MarkdownTable
{
    /// <summary>Appends a table.</summary>
    /// <param name="text">Receives the table.</param>
    /// <param name="rows">Header and rows, all with the same number of cells.</param>
    public static void Write(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => Math.Max(3, rows.Max(r => r[c].Length)))];
        for (int r = 0; r < rows.Count; r++)
        {
            var cells = rows[r].Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            if (r > 0) continue;
            var rules = widths.Select((w, c) => c == 0 ? new string('-', w) : new string('-', w - 1) + ":");
            text.Append("| ").AppendJoin(" | ", rules).Append(" |\n");
        }
    }
}
