using System.Text;

namespace MbMix.Comparison;

/// <summary>Markdown tables that also read well in a terminal: the first column to the left, the others to the right.</summary>
internal static class MarkdownTable
{
    /// <summary>Appends a table.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="rows">Header and rows, of equal length.</param>
    public static void Write(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => Math.Max(3, rows.Max(r => r[c].Length)))];
        for (int r = 0; r < rows.Count; r++)
        {
            text.Append("| ").AppendJoin(" | ", rows[r].Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).Append(" |\n");
            if (r == 0) text.Append("| ").AppendJoin(" | ", widths.Select((w, c) => c == 0 ? new string('-', w) : new string('-', w - 1) + ":")).Append(" |\n");
        }
    }
}
