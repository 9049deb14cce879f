using System.Text;
using MbMix.Pages;

namespace MbMix.Comparison;

/// <summary>
/// Writes the files of a comparison: its description, the exact commands, the tables and the figures.
/// </summary>
public sealed class ComparisonReport(ComparisonPlan plan)
{
    // what a comparison without its description may still hold
    private static readonly string[] Ours =
    [
        "cluster.json", "commands.txt", ComparisonFolder.LockName, "decisions.csv", "estimate", "logs", "plots",
        "profiles.csv", "report.html", "runs", "statistics.csv", "summary.csv", "table.md",
    ];

    private readonly List<string> notes = [], errors = [];

    /// <summary>Lines about the runs that the page shows first.</summary>
    internal IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Records the replay of a run, for the page; null for a page without replays.</summary>
    internal Func<PlannedRun, Replay>? Record { get; init; }

    /// <summary>Returns whether a path is that of a file or folder that belongs to a comparison or a report.</summary>
    internal static bool Writes(string path) =>
        Path.GetFileName(path) is var name
            && (Ours.Contains(name) || name == "comparison.json" || name.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>
    /// Writes the description of the comparison and its commands. Environments, arms and seeds can be added to a
    /// comparison later. Its budget, its settings and the definition of an arm cannot change once runs have been
    /// trained with them, because these would no longer be comparable.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The folder holds runs with a different budget, settings or arms, or under other names.
    /// </exception>
    /// <exception cref="MbMixException">The files could not be read or written.</exception>
    public void Begin(IRunLauncher launcher)
    {
        var folder = ComparisonFolder.Create(plan.Folder);
        // what concerns single runs or figures is noticed there, and costs nothing else
        foreach (string part in new[] { "runs", "estimate" }) folder.Folder(part);
        string path = Path.Combine(plan.Folder, "comparison.json");
        var terms = ComparisonTerms.Of(plan);
        if (FileProbe.KindOf(path) != FileKind.Absent)
        {
            var before = ComparisonTerms.Read(path);
            terms = before.Extend(terms, plan.Folder, RunFolders.Trained(Path.Combine(plan.Folder, "runs")));
            // the speeds of what was replaced are measured again
            RunFolders.DeleteArms(
                Path.Combine(plan.Folder, "estimate", "runs"), terms.Changed(before).Select(ComparisonPlan.FileName));
        }
        ReportFile.WriteText(path, terms.ToJson());
        var commands = new StringBuilder();
        foreach (var run in plan.Runs) commands.Append(launcher.CommandLine(plan.TrainArguments(run))).Append('\n');
        ReportFile.WriteText(Path.Combine(plan.Folder, "commands.txt"), commands.ToString());
    }

    /// <summary>
    /// Writes <c>summary.csv</c>, <c>table.md</c>, the statistics, the performance profiles and the learning curves of
    /// all finished runs, and <c>report.html</c> with all of them in one page. Whatever goes wrong with a run, an
    /// environment or a file, the rest is written.
    /// </summary>
    /// <param name="ends">The last update of every run, in the plan's order.</param>
    public ReportResult Write(IReadOnlyList<RunUpdate> ends)
    {
        notes.Clear();
        errors.Clear();
        RunState[] states = [.. ends.Select(RunState.Of)];
        RunRecord[] records = [.. states.Select(s => s.Record).OfType<RunRecord>()];
        var page = new ReportBuilder(plan, states);
        var scores = new ScoreTable(plan, records);
        var measures = ComparisonStatistics.Of(plan, scores);
        foreach (var m in measures.Where(m => !m.IsFinite).DistinctBy(m => (m.Environment, m.Arm)))
            notes.Add($"{m.Environment} {m.Arm}: the returns are too large for some statistics.");
        string? mixture = CodeOfRuns.DescribeMixture([.. records.Select(r => r.Run)]);
        var decisions = ComparisonDecisions.Of(plan, scores, records);
        string table = ComparisonTable.Write(plan, states, measures, decisions, mixture);
        WriteText("table.md", table);
        WriteText("summary.csv", SummaryCsv.Write(states));
        WriteText("statistics.csv", ComparisonStatistics.StatisticsCsv(measures));
        WriteText("decisions.csv", ComparisonDecisions.Csv(decisions));
        WriteProfiles(scores, page);
        foreach (string environment in plan.Environments)
            WriteCurves(environment, [.. records.Where(r => r.Run.Environment == environment)], page);
        if (records.Length > 0 && errors.Count == 0 && !CurvePlot.HasFont)
            notes.Add("no font is installed, so the figures have no text: install one, for example fonts-dejavu-core.");
        var replays = Record is null ? null : ReportReplays.Of(plan, records, Record, notes);
        WritePage(page.Build(measures, mixture is null ? Remarks : [mixture, .. Remarks], [.. notes]), replays);
        bool ended = states.Any(s => s.Stage is RunStage.Finished or RunStage.Failed);
        return new(ended ? table : "", [.. notes], [.. errors]) { Remarks = [.. Remarks, .. page.Remarks] };
    }

    /// <summary>Returns the path of the learning curves of an environment.</summary>
    /// <param name="environment">Id or name of the environment.</param>
    /// <param name="over">The horizontal axis: <c>steps</c> or <c>seconds</c>.</param>
    public string PlotFile(string environment, string over) =>
        Path.Combine(plan.Folder, "plots", ComparisonPlan.FileName(environment), $"curves-{over}.png");

    /// <summary>
    /// Returns the path of the performance profile of an environment; null stands for all environments together.
    /// </summary>
    public string ProfileFile(string? environment) =>
        Path.Combine(
            plan.Folder, "plots", environment is null ? "" : ComparisonPlan.FileName(environment), "profile.png");

    private void WriteProfiles(ScoreTable scores, ReportBuilder page)
    {
        var csv = new StringBuilder("environment,algorithm,score,share,low,high\n");
        foreach (string environment in plan.Environments) Profile(environment, ProfileFile(environment), "return");
        if (plan.Environments.Count > 1)
            Profile(ComparisonStatistics.All, ProfileFile(null), "score on a common scale");
        WriteText("profiles.csv", csv.ToString());

        void Profile(string environment, string file, string label)
        {
            var profiles = ComparisonStatistics.Profiles(plan, scores, environment, out string[] omitted);
            foreach (string arm in omitted)
                notes.Add($"{environment} {arm}: the returns are too large for a performance profile.");
            if (profiles.Count == 0) return;
            ComparisonStatistics.AppendProfiles(csv, environment, profiles);
            string title = environment == ComparisonStatistics.All ? "all environments" : environment;
            static CurveBand Band(PerformanceProfile p) => new(p.Scores, p.Share, p.Low, p.High);
            const string share = "share of runs above it";
            List<(string, CurveBand)> bands = [.. profiles.Select(p => (p.Arm, Band(p.Profile)))];
            page.AddProfiles(environment, label, share, bands);
            WritePlot(file, title, label, share, bands);
        }
    }

    private void WriteCurves(string environment, RunRecord[] records, ReportBuilder page)
    {
        if (records.Length == 0) return;

        // use the same kind of return for all runs: evaluations during training, or training returns if any run has
        // only its final evaluation
        int[] points = [.. records.Select(r => Curve(r, "env_steps", evaluated: true, out _)?.X.Length).OfType<int>()];
        bool evaluated = points.Length > 0 && points.All(p => p > 1);
        (string Over, string Column, string Label)[] axes =
            [("steps", "env_steps", "environment steps"), ("seconds", "wall_seconds", "seconds of training")];
        foreach (var (over, column, label) in axes)
        {
            var bands = new List<(string, CurveBand)>();
            var seeds = new List<(PlannedRun, LearningCurve)>();
            foreach (var arm in plan.Arms)
            {
                var curves = new List<LearningCurve>();
                foreach (var record in records.Where(r => r.Run.Arm == arm))
                {
                    if (Curve(record, column, evaluated, out string reason) is not { } curve)
                    {
                        notes.Add($"{record.Run} has no learning curve over {over}: {reason}");
                        continue;
                    }
                    curves.Add(curve);
                    seeds.Add((record.Run, curve));
                    // damaged metrics are a remark of their own
                    if (evaluated && column == "env_steps" && curve.Fault is { } fault)
                        notes.Add($"{record.Run}: evaluations.csv, {fault} Such lines are left out.");
                }
                bands.Add((arm.Label, CurveBand.Of(curves)));
            }
            string returns = evaluated ? "evaluation return" : "training return";
            page.AddCurves(environment, over, label, returns, bands, seeds);
            WritePlot(PlotFile(environment, over), environment, label, returns, bands);
        }
    }

    private static LearningCurve? Curve(RunRecord record, string column, bool evaluated, out string reason)
    {
        string folder = record.Run.Folder;
        try
        {
            var curve = evaluated
                ? LearningCurve.OfEvaluations(folder, column)
                : LearningCurve.OfTraining(folder, column);
            string file = evaluated ? "evaluations.csv" : "metrics.csv";
            reason = curve.X.Length == 0 ? $"{file} has no line with a return."
                : curve.X.Concat(curve.Y).Any(v => Math.Abs(v) > CurvePlot.Largest) ? "its values are too large."
                : "";
            return reason.Length == 0 ? curve : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            reason = OneLine.Of(e);
            return null;
        }
    }

    private void WritePage(ReportData data, IReadOnlyList<(string Environment, List<Replay> Replays)>? replays)
    {
        try
        {
            WriteText("report.html", ReportPage.Of(data, replays));
        }
        catch (MbMixException e)
        {
            notes.Add($"report.html was not written: {OneLine.Of(e)}");
        }
    }

    private void WriteText(string name, string text)
    {
        try
        {
            ReportFile.WriteText(Path.Combine(plan.Folder, name), text);
        }
        catch (MbMixException e)
        {
            errors.Add(OneLine.Of(e));
        }
    }

    private void WritePlot(
        string file, string title, string xLabel, string yLabel, IReadOnlyList<(string Name, CurveBand Band)> bands)
    {
        byte[] picture;
        try
        {
            picture = CurvePlot.Draw(title, xLabel, yLabel, bands);
        }
        catch (MbMixException e)
        {
            notes.Add($"{OneLine.Path(file)} {OneLine.Of(e)}");
            return;
        }
        try
        {
            new ClosedFolder(plan.Folder).Require(file);
            RegularFile.RequireWritable(file);
            string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            ReportFile.Try(folder, "created", () => Directory.CreateDirectory(folder));
            ReportFile.Write(file, picture);
        }
        catch (MbMixException e)
        {
            errors.Add(OneLine.Of(e));
        }
    }
}
