using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// Results of a policy on two environments, and the differences of their dynamics at states that it visits.
/// </summary>
/// <param name="From">Id of the environment transferred from.</param>
/// <param name="To">Id of the environment transferred to.</param>
/// <param name="Returns">
/// Mean returns on the first and on the second environment, and the second minus the first, with 95 % bootstrap
/// intervals over episodes.
/// </param>
/// <param name="Faults">Numbers of episodes that became invalid, on the first and on the second environment.</param>
/// <param name="Blocks">Differences of one control step and of its derivatives.</param>
/// <param name="States">Number of states compared.</param>
/// <param name="Invalid">Number of further states at which a step failed.</param>
/// <param name="Notes">Remarks that a reader needs to know, one line each.</param>
public sealed record TransferReport(
    string From, string To, IReadOnlyList<ReturnEstimate> Returns, (int From, int To) Faults,
    IReadOnlyList<BlockDifference> Blocks, int States, int Invalid, IReadOnlyList<string> Notes)
{
    /// <summary>
    /// Why the results say nothing, in one line: every episode on one of the environments ended with a fault. Null if
    /// they do.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Formats the results as tables, for people.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        MarkdownTable.Write(
            text, [["return", "mean", "95 % interval", "episodes", "faults"], .. Returns.Select(ReturnRow)]);
        if (Blocks.Count > 0)
        {
            var culture = CultureInfo.InvariantCulture;
            text.Append(culture, $"\nRelative differences of one control step of {To} from {From}, ");
            text.Append(culture, $"at {States} states that the policy visits on the latter:\n\n");
            MarkdownTable.Write(text, [["", "lower quartile", "median", "upper quartile"], .. Blocks.Select(BlockRow)]);
        }
        foreach (string note in Notes) text.Append(CultureInfo.InvariantCulture, $"\nnote: {note}");
        if (Notes.Count > 0) text.Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// Formats the same numbers for programs, as <c>quantity,count,low,middle,high</c>: the mean return within its
    /// interval, or the median difference within its quartiles.
    /// </summary>
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
        i switch
        {
            0 => FormattableString.Invariant($"{Faults.From}"),
            1 => FormattableString.Invariant($"{Faults.To}"),
            _ => "",
        },
    ];

    private static string[] BlockRow(BlockDifference b) =>
        [b.Block, Short(b.Quantile(0.25)), Short(b.Quantile(0.5)), Short(b.Quantile(0.75))];

    private static string Short(double value) =>
        value.ToString(value is 0 or >= 1e-3 and < 1e4 ? "0.####" : "0.0e0", CultureInfo.InvariantCulture);
}
