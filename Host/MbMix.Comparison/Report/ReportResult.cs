namespace MbMix.Comparison;

/// <summary>What became of a comparison's report.</summary>
/// <param name="Table">The table; empty until a run has finished or failed.</param>
/// <param name="Notes">Lines about what is missing, such as a figure that could not be drawn.</param>
/// <param name="Errors">Lines about files that could not be written.</param>
public sealed record ReportResult(string Table, IReadOnlyList<string> Notes, IReadOnlyList<string> Errors)
{
    /// <summary>Lines about runs that are not finished, failed, damaged or of another budget.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
