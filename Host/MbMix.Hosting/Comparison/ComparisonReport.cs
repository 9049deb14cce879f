using System.Text;
using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>The files of a comparison: what was asked for, the exact commands, the table, the figures.</summary>
public sealed class ComparisonReport(ComparisonPlan plan)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>
    /// Writes down what is compared. Environments, algorithms and seeds may be added to a comparison later; its budget and options
    /// may not change, or its runs could not be compared.
    /// </summary>
    /// <exception cref="ConfigurationException">The folder holds a comparison with another budget or other options.</exception>
    public void Begin(IRunLauncher launcher)
    {
        Directory.CreateDirectory(plan.Folder);
        string path = Path.Combine(plan.Folder, "comparison.json");
        var terms = new Terms(plan.Budget, [.. plan.Settings]);
        if (File.Exists(path))
        {
            var before = ReadTerms(path);
            if (before.Budget != terms.Budget || !before.Settings.SequenceEqual(terms.Settings))
            {
                throw new ConfigurationException($"{plan.Folder} holds a comparison with {before}, this one is with {terms}: choose another folder with --out, or the same options.");
            }
        }
        else
        {
            AtomicFile.WriteText(path, JsonSerializer.Serialize(terms, Json) + "\n");
        }
        var commands = new StringBuilder();
        foreach (var run in plan.Runs) commands.Append(launcher.CommandLine(plan.TrainArguments(run))).Append('\n');
        AtomicFile.WriteText(Path.Combine(plan.Folder, "commands.txt"), commands.ToString());
    }

    /// <summary>Writes <c>summary.csv</c>, <c>table.md</c> and the learning curves of what is finished.</summary>
    /// <param name="stages">Stage of every run, in the plan's order.</param>
    /// <returns>The table, empty as long as no run is finished, and a note for the person where something could not be written.</returns>
    public (string Table, string? Note) Write(IReadOnlyList<RunStage> stages)
    {
        RunRecord[] records = [.. plan.Runs.Where((_, i) => stages[i] == RunStage.Finished).Select(RunRecord.Read)];
        string table = ComparisonTable.Write(plan, records);
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

    private void Plot(string environment, RunRecord[] records)
    {
        string[] folders = [.. records.Where(r => r.Run.Environment == environment).Select(r => r.Run.Folder)];
        if (folders.Length == 0) return;

        // one kind of return for everybody: evaluations during training, or the training's own where a run has only the final evaluation
        bool evaluated = folders.All(f => LearningCurve.OfEvaluations(f, "env_steps").X.Length > 1);
        foreach (var (over, column, label) in new[] { ("steps", "env_steps", "environment steps"), ("seconds", "wall_seconds", "seconds of training") })
        {
            var bands = plan.Algorithms.Select(algorithm =>
            {
                var runs = records.Where(r => r.Run.Environment == environment && r.Run.Algorithm == algorithm);
                var curves = runs.Select(r => evaluated ? LearningCurve.OfEvaluations(r.Run.Folder, column) : LearningCurve.OfTraining(r.Run.Folder, column));
                return (algorithm, CurveBand.Of([.. curves]));
            });
            CurvePlot.Save(PlotFile(environment, over), environment, label, evaluated ? "evaluation return" : "training return", [.. bands]);
        }
    }

    private static Terms ReadTerms(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Terms>(File.ReadAllText(path), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{path} does not describe a comparison: {e.Message}. Choose another folder with --out.", e);
        }
    }

    private sealed record Terms(long? Budget, string[] Settings)
    {
        public override string ToString() =>
            (Budget is long budget ? FormattableString.Invariant($"--budget {budget}") : "no --budget") + string.Concat(Settings.Select(s => " --set " + s));
    }
}
