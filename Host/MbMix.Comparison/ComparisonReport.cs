using System.Text;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>The files of a comparison: what was asked for, the exact commands, the table, the figures.</summary>
public sealed class ComparisonReport(ComparisonPlan plan)
{
    /// <summary>
    /// Writes down what is compared. Environments, arms and seeds may be added to a comparison later; its budget and options and what
    /// an arm stands for may not change, or its runs could not be compared.
    /// </summary>
    /// <exception cref="ConfigurationException">The folder holds a comparison with another budget or other options.</exception>
    public void Begin(IRunLauncher launcher)
    {
        var folder = new ClosedFolder(UserPath.Full(plan.Folder, "the comparison"));
        Directory.CreateDirectory(folder.FullPath);
        foreach (string part in new[] { "runs", "logs", "plots", "estimate" }) folder.Folder(part);
        string path = Path.Combine(plan.Folder, "comparison.json");
        var terms = new ComparisonTerms(plan.Budget, [.. plan.Settings], new SortedDictionary<string, string>(plan.Arms.ToDictionary(a => a.Label, a => a.Definition()), StringComparer.Ordinal));
        if (File.Exists(path)) terms = ComparisonTerms.Read(path).Extend(terms, plan.Folder);
        AtomicFile.WriteText(path, terms.ToJson());
        var commands = new StringBuilder();
        foreach (var run in plan.Runs) commands.Append(launcher.CommandLine(plan.TrainArguments(run))).Append('\n');
        AtomicFile.WriteText(Path.Combine(plan.Folder, "commands.txt"), commands.ToString());
    }

    /// <summary>Writes <c>summary.csv</c>, <c>table.md</c>, the statistics, the performance profiles and the learning curves of what is finished.</summary>
    /// <param name="stages">Stage of every run, in the plan's order.</param>
    /// <returns>The table, empty as long as no run is finished, and a note for the person where something could not be written.</returns>
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
        return (table, CurvePlot.HasFont ? null : "no font is installed, so the learning curves have no text: install one, for example fonts-dejavu-core.");
    }

    /// <summary>Where the learning curves of an environment are.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="over"><c>steps</c> or <c>seconds</c>.</param>
    public string PlotFile(string environment, string over) => Path.Combine(plan.Folder, "plots", ComparisonPlan.FileName(environment), $"curves-{over}.png");

    /// <summary>Where the performance profile of an environment is; null for that over all of them.</summary>
    public string ProfileFile(string? environment) => Path.Combine(plan.Folder, "plots", environment is null ? "" : ComparisonPlan.FileName(environment), "profile.png");

    private void WriteProfiles(ScoreTable scores)
    {
        var csv = new StringBuilder("environment,algorithm,score,share,low,high\n");
        foreach (string environment in plan.Environments) Profile(environment, ProfileFile(environment), "return");
        if (plan.Environments.Count > 1) Profile(ComparisonStatistics.All, ProfileFile(null), "score on a common scale");
        AtomicFile.WriteText(Path.Combine(plan.Folder, "profiles.csv"), csv.ToString());

        void Profile(string environment, string file, string label)
        {
            var profiles = ComparisonStatistics.Profiles(plan, scores, environment);
            if (profiles.Count == 0) return;
            ComparisonStatistics.AppendProfiles(csv, environment, profiles);
            Require(file);
            CurvePlot.Save(file, environment == ComparisonStatistics.All ? "all environments" : environment, label, "share of runs above it", [.. profiles.Select(p => (p.Arm, new CurveBand(p.Profile.Scores, p.Profile.Share, p.Profile.Low, p.Profile.High)))]);
        }
    }

    // a figure is written in place, so that a link there would be followed
    private void Require(string file)
    {
        new ClosedFolder(plan.Folder).Require(file);
        RegularFile.RequireWritable(file);
    }

    private void Plot(string environment, RunRecord[] records)
    {
        string[] folders = [.. records.Where(r => r.Run.Environment == environment).Select(r => r.Run.Folder)];
        if (folders.Length == 0) return;

        // one kind of return for everybody: evaluations during training, or the training's own where a run has only the final evaluation
        bool evaluated = folders.All(f => LearningCurve.OfEvaluations(f, "env_steps").X.Length > 1);
        foreach (var (over, column, label) in new[] { ("steps", "env_steps", "environment steps"), ("seconds", "wall_seconds", "seconds of training") })
        {
            var bands = plan.Arms.Select(arm =>
            {
                var runs = records.Where(r => r.Run.Environment == environment && r.Run.Arm == arm);
                var curves = runs.Select(r => evaluated ? LearningCurve.OfEvaluations(r.Run.Folder, column) : LearningCurve.OfTraining(r.Run.Folder, column));
                return (arm.Label, CurveBand.Of([.. curves]));
            });
            Require(PlotFile(environment, over));
            CurvePlot.Save(PlotFile(environment, over), environment, label, evaluated ? "evaluation return" : "training return", [.. bands]);
        }
    }
}
