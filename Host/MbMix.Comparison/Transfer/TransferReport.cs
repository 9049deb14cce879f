using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>A policy on two environments, and how far their dynamics lie apart where it goes.</summary>
/// <param name="From">Environment that the policy comes from.</param>
/// <param name="To">Environment that it goes to.</param>
/// <param name="Returns">Mean return on the first, on the second, and the second's less the first's; 95 % bootstrap intervals over episodes.</param>
/// <param name="Faults">Episodes that became invalid, on the first and on the second.</param>
/// <param name="Blocks">Differences of one step and of its derivatives.</param>
/// <param name="States">States compared.</param>
/// <param name="Invalid">Further states at which a step failed.</param>
/// <param name="Notes">What a reader has to know, one line each.</param>
public sealed record TransferReport(
    string From, string To, IReadOnlyList<ReturnEstimate> Returns, (int From, int To) Faults, IReadOnlyList<BlockDifference> Blocks, int States, int Invalid, IReadOnlyList<string> Notes)
{
    /// <summary>The tables, for a person.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        MarkdownTable.Write(text, [["return", "mean", "95 % interval", "episodes", "faults"], .. Returns.Select(ReturnRow)]);
        if (Blocks.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nOne control step of {To} against {From} at {States} states the policy visits there, relative differences:\n\n");
            MarkdownTable.Write(text, [["", "lower quartile", "median", "upper quartile"], .. Blocks.Select(b => (string[])[b.Block, Short(b.Quantile(0.25)), Short(b.Quantile(0.5)), Short(b.Quantile(0.75))])]);
        }
        foreach (string note in Notes) text.Append(CultureInfo.InvariantCulture, $"\nnote: {note}");
        if (Notes.Count > 0) text.Append('\n');
        return text.ToString();
    }

    /// <summary>The same numbers for a program: <c>quantity,count,low,middle,high</c>; interval ends around the mean, quartiles around the median.</summary>
    public string Csv()
    {
        var text = new StringBuilder("quantity,count,low,middle,high\n");
        foreach (var r in Returns) Line($"return {r.Name}", r.Episodes, r.Low, r.Mean, r.High);
        foreach (var b in Blocks) Line(b.Block, b.Relative.Count, b.Quantile(0.25), b.Quantile(0.5), b.Quantile(0.75));
        return text.ToString();

        void Line(string quantity, int count, double low, double middle, double high) =>
            text.Append(CultureInfo.InvariantCulture, $"{quantity},{count},{low:R},{middle:R},{high:R}\n");
    }

    private string[] ReturnRow(ReturnEstimate r, int i) =>
    [
        r.Name,
        r.Mean.ToString("0.0", CultureInfo.InvariantCulture),
        FormattableString.Invariant($"[{r.Low:0.0}, {r.High:0.0}]"),
        FormattableString.Invariant($"{r.Episodes}"),
        i switch { 0 => FormattableString.Invariant($"{Faults.From}"), 1 => FormattableString.Invariant($"{Faults.To}"), _ => "" },
    ];

    private static string Short(double value) => value.ToString(value is 0 or >= 1e-3 and < 1e4 ? "0.####" : "0.0e0", CultureInfo.InvariantCulture);
}
