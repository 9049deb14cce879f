using MbMix.Pages;

namespace MbMix.Comparison;

/// <summary>
/// A comparison put together from stored runs, which are not trained again: those of the folder of a comparison, or
/// run folders from anywhere.
/// </summary>
public sealed class StoredComparison
{
    private const string DefaultFolder = "runs/report";

    private readonly IReadOnlyList<string> notes;

    private StoredComparison(ComparisonPlan plan, IReadOnlyList<string> notes) => (Plan, this.notes) = (plan, notes);

    /// <summary>The plan with all stored runs.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>Finds the runs.</summary>
    /// <param name="paths">Folders of comparisons, of runs, or folders that hold such folders.</param>
    /// <param name="folder">
    /// Folder of the report; null for that of the comparison if there is only one, otherwise <c>runs/report</c>.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// A path holds no runs, or the folder of the report holds something else.
    /// </exception>
    /// <exception cref="MbMixException">A folder could not be read.</exception>
    public static StoredComparison Read(IReadOnlyList<string> paths, string? folder)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var runs = new StoredRuns();
        foreach (string path in paths) runs.Add(path);
        bool own = paths.Count == 1 && runs.Comparisons.Count == 1;
        string output = folder ?? (own ? paths[0] : DefaultFolder);
        var plan = runs.ToPlan(output);
        if (!own || folder is not null) RequireFree(output);
        return new(plan, runs.Notes);
    }

    /// <summary>Writes the table, the files for programs, the figures and the page.</summary>
    /// <param name="record">Records the replay of a run, for the page; null for a page without replays.</param>
    public ReportResult WriteReport(Func<PlannedRun, Replay>? record = null)
    {
        ReportFile.Try(Plan.Folder, "created", () => Directory.CreateDirectory(Plan.Folder));
        RunUpdate[] ends =
            [.. Plan.Runs.Select(RunState.Of).Select(s => new RunUpdate(s.Run, s.Stage, s.Reason))];
        return new ComparisonReport(Plan) { Remarks = notes, Record = record }.Write(ends);
    }

    private static void RequireFree(string folder)
    {
        UserPath.Folder(folder, "the report");
        if (!Directory.Exists(folder)) return;
        var others = Directory.EnumerateFileSystemEntries(folder).Where(f => !ComparisonReport.Writes(f));
        if (others.FirstOrDefault() is { } other)
            throw new ConfigurationException(
                $"{OneLine.Path(folder)} holds '{OneLine.Value(Path.GetFileName(other))}', which no report has made: "
                + "choose another folder with --out.");
    }
}
