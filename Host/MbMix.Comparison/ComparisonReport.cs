using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// Writes the files of a comparison: its description, the exact commands, the tables and the figures.
/// </summary>
public sealed class ComparisonReport(ComparisonPlan plan)
{
    /// <summary>
    /// Writes the description of the comparison and its commands. Environments, arms and seeds can be added to a
    /// comparison later. Its budget, its settings and the definition of an arm cannot change, because its runs would no
    /// longer be comparable.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The folder holds a comparison with a different budget, settings or arms.
    /// </exception>
    public void Begin(IRunLauncher launcher)
    {
        var folder = new ClosedFolder(UserPath.Full(plan.Folder, "the comparison"));
        Directory.CreateDirectory(folder.FullPath);
        foreach (string part in new[] { "runs", "logs", "plots", "estimate" }) folder.Folder(part);
        string path = Path.Combine(plan.Folder, "comparison.json");
        var terms = new ComparisonTerms(
            plan.Budget, [.. plan.Settings],
            new SortedDictionary<string, string>(
                plan.Arms.ToDictionary(a => a.Label, a => a.Definition()), StringComparer.Ordinal));
        if (File.Exists(path)) terms = ComparisonTerms.Read(path).Extend(terms, plan.Folder);
        AtomicFile.WriteText(path, terms.ToJson());
        var commands = new StringBuilder();
        foreach (var run in plan.Runs) commands.Append(launcher.CommandLine(plan.TrainArguments(run))).Append('\n');
        AtomicFile.WriteText(Path.Combine(plan.Folder, "commands.txt"), commands.ToString());
    }

    /// <summary>
    /// Writes <c>summary.csv</c>, <c>table.md</c>, the statistics, the performance profiles and the learning curves of
    /// all finished runs.
    /// </summary>
    /// <param name="stages">The stage of every run, in the plan's order.</param>
    /// <returns>
    /// The table, which is empty until a run has finished, and a note for the user if something is missing.
    /// </returns>
    public (string Table, string? Note) Write(IReadOnlyList<RunStage> stages)
    {
        RunRecord[] records = [.. plan.Runs.Where((_, i) => stages[i] == RunStage.Finished).Select(RunRecord.Read)];
        var scores = new ScoreTable(plan, records);
        var measures = ComparisonStatistics.Of(plan, scores);
        string table = ComparisonTable.Write(plan, records, measures);
        AtomicFile.WriteText(Path.Combine(plan.Folder, "statistics.csv"), ComparisonStatistics.StatisticsCsv(measures));
        WriteProfiles(scores);
        AtomicFile.WriteText(Path.Combine(plan.Folder, "summary.csv"), SummaryCsv.Write(plan, stages, records));
        AtomicFile.WriteText(Path.Combine(plan.Folder, "table.md"), table);
        foreach (string environment in plan.Environments) Plot(environment, records);
        if (records.Length == 0) return ("", null);
        const string noFont =
            "no font is installed, so the learning curves have no text: install one, for example fonts-dejavu-core.";
        return (table, CurvePlot.HasFont ? null : noFont);
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

    private void WriteProfiles(ScoreTable scores)
    {
        var csv = new StringBuilder("environment,algorithm,score,share,low,high\n");
        foreach (string environment in plan.Environments) Profile(environment, ProfileFile(environment), "return");
        if (plan.Environments.Count > 1)
            Profile(ComparisonStatistics.All, ProfileFile(null), "score on a common scale");
        AtomicFile.WriteText(Path.Combine(plan.Folder, "profiles.csv"), csv.ToString());

        void Profile(string environment, string file, string label)
        {
            var profiles = ComparisonStatistics.Profiles(plan, scores, environment);
            if (profiles.Count == 0) return;
            ComparisonStatistics.AppendProfiles(csv, environment, profiles);
            Require(file);
            string title = environment == ComparisonStatistics.All ? "all environments" : environment;
            static CurveBand Band(PerformanceProfile p) => new(p.Scores, p.Share, p.Low, p.High);
            CurvePlot.Save(
                file, title, label, "share of runs above it", [.. profiles.Select(p => (p.Arm, Band(p.Profile)))]);
        }
    }

    // figures are written in place, which would follow a link
    private void Require(string file)
    {
        new ClosedFolder(plan.Folder).Require(file);
        RegularFile.RequireWritable(file);
    }

    private void Plot(string environment, RunRecord[] records)
    {
        string[] folders = [.. records.Where(r => r.Run.Environment == environment).Select(r => r.Run.Folder)];
        if (folders.Length == 0) return;

        // use the same kind of return for all runs: evaluations during training, or training returns if any run has
        // only its final evaluation
        bool evaluated = folders.All(f => LearningCurve.OfEvaluations(f, "env_steps").X.Length > 1);
        (string Over, string Column, string Label)[] axes =
            [("steps", "env_steps", "environment steps"), ("seconds", "wall_seconds", "seconds of training")];
        foreach (var (over, column, label) in axes)
        {
            var bands = plan.Arms.Select(arm =>
            {
                var runs = records.Where(r => r.Run.Environment == environment && r.Run.Arm == arm);
                var curves = runs.Select(r => evaluated
                    ? LearningCurve.OfEvaluations(r.Run.Folder, column)
                    : LearningCurve.OfTraining(r.Run.Folder, column));
                return (arm.Label, CurveBand.Of([.. curves]));
            });
            Require(PlotFile(environment, over));
            CurvePlot.Save(
                PlotFile(environment, over), environment, label, evaluated ? "evaluation return" : "training return",
                [.. bands]);
        }
    }
}
