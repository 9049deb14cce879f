using System.Globalization;

namespace MbMix.Comparison;

/// <summary>Collects what the page shows from what the tables and figures were made of.</summary>
internal sealed class ReportBuilder(ComparisonPlan plan, RunState[] states)
{
    private readonly List<ReportFigure> curves = [], profiles = [];
    private readonly RunFacts[] facts = Array.ConvertAll(states, s => RunFacts.Read(s.Run.Folder));

    /// <summary>What sets runs apart from finished ones, one line each.</summary>
    public IReadOnlyList<string> Remarks => field ??= [.. RunRemarks.Of(states, facts)];

    /// <summary>Adds the learning curves of an environment.</summary>
    public void AddCurves(
        string environment, string axis, string xLabel, string yLabel, IEnumerable<(string Arm, CurveBand Band)> bands,
        IEnumerable<(PlannedRun Run, LearningCurve Curve)> seeds) =>
        curves.Add(new(environment, axis, xLabel, yLabel, Bands(bands), [.. seeds.Select(s => Seed(s.Run, s.Curve))]));

    /// <summary>Adds performance profiles.</summary>
    public void AddProfiles(
        string environment, string xLabel, string yLabel, IEnumerable<(string Arm, CurveBand Band)> bands) =>
        profiles.Add(new(environment, "score", xLabel, yLabel, Bands(bands), []));

    /// <summary>Builds the data of the page.</summary>
    /// <param name="measures">The statistics.</param>
    /// <param name="remarks">Further lines that a reader must not overlook.</param>
    /// <param name="notes">Lines about figures that are missing.</param>
    public ReportData Build(
        IReadOnlyList<Measure> measures, IEnumerable<string> remarks, IReadOnlyList<string> notes)
    {
        RunSeries[] series = Array.ConvertAll(states, s => RunSeries.Read(s.Run));
        var troubles = series.Where((s, i) => s.Trouble is not null && states[i].Stage != RunStage.Finished)
            .Select(s => OneLine.Limit($"{s.Run}: its metrics are damaged: {s.Trouble}"));
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(plan.Folder)));
        return new ReportData
        {
            Title = name,
            Written = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            Environments = plan.Environments,
            Arms = [.. plan.Arms.Select(a => a.Label)],
            Seeds = plan.SeedNumbers,
            Remarks = [.. remarks, .. Remarks, .. troubles],
            Notes = notes,
            Rows =
            [
                .. from environment in plan.Environments
                   from arm in plan.Arms
                   select Row(ArmSummary.Of(plan, environment, arm, states, measures), series),
            ],
            Measures =
            [
                .. measures.Select(m => new ReportMeasure(
                    m.Environment, m.Arm, m.Name, m.Runs, Finite(m.Value), Finite(m.Low), Finite(m.High))),
            ],
            Scale = ComparisonTable.DescribeScale(plan),
            Curves = curves,
            Profiles = profiles,
            Runs = [.. states.Select((s, i) => Run(s, facts[i], series[i]))],
            Settings = [.. Settings()],
            Facts = [.. Facts()],
        };
    }

    private static ReportBand[] Bands(IEnumerable<(string Arm, CurveBand Band)> bands) =>
        [.. bands.Select(b => new ReportBand(b.Arm, b.Band.X, b.Band.Median, b.Band.Low, b.Band.High))];

    private static ReportCurve Seed(PlannedRun run, LearningCurve curve)
    {
        int[] kept = RunSeries.Thin(curve.X.Length);
        float[] Of(double[] values) => Array.ConvertAll(kept, i => (float)values[i]);
        return new(run.Label, run.Seed, Of(curve.X), Of(curve.Y));
    }

    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static ReportRow Row(ArmSummary arm, RunSeries[] series)
    {
        RunSeries[] own = Array.FindAll(
            series, s => s.Run.Environment == arm.Environment && s.Run.Label == arm.Arm);
        double? MedianOf(Func<RunSeries, double?> value)
        {
            double[] known = [.. own.Select(value).OfType<double>()];
            return known.Length == 0 ? null : Statistics.Median(known);
        }
        var interval = arm.Interval is { IsFinite: true } given ? given : null;
        return new ReportRow(
            arm.Environment, arm.Arm, Finite(arm.Median), interval?.Value, interval?.Low, interval?.High,
            [.. arm.Seeds.Select(s => Finite(s?.Record?.EvaluationReturn))], arm.EnvironmentSteps, arm.ModelSteps,
            arm.BackwardSteps, arm.Pullbacks, arm.DifferencingSteps, arm.Seconds, MedianOf(s => s.Norm),
            MedianOf(s => s.Clipped), own.Any(s => s.Skipped is not null) ? own.Sum(s => s.Skipped ?? 0) : null);
    }

    private ReportRun Run(RunState state, RunFacts of, RunSeries series) => new()
    {
        Environment = state.Run.Environment,
        Arm = state.Run.Label,
        Seed = state.Run.Seed,
        Stage = state.Stage == RunStage.Waiting && Directory.Exists(state.Run.Folder)
            ? "unfinished"
            : state.Stage.ToString().ToLowerInvariant(),
        Return = Finite(state.Record?.EvaluationReturn),
        StepsDone = state.Record?.EnvironmentSteps ?? (series.Steps.Length > 0 ? Finite(series.Steps[^1]) : null),
        TrainSeconds = Finite(
            state.Record?.TrainSeconds ?? (series.Seconds.Length > 0 ? series.Seconds[^1] : double.NaN)),
        Reason = state.Reason,
        Command = Command(state.Run, of),
        Starts = of.Starts,
        Folder = Path.GetRelativePath(plan.Folder, state.Run.Folder),
        Steps = series.Steps,
        Seconds = series.Seconds,
        Returns = series.Returns,
        GradientSteps = series.GradientSteps,
        Gradients = series.Gradients,
    };

    // a run that was not started has none but the plan's, and stored runs have no plan
    private string Command(PlannedRun run, RunFacts of) =>
        (of.Arguments ?? (plan.Stored is null ? plan.TrainArguments(run) : null)) is { } arguments
            ? string.Join(' ', arguments.Prepend("mbmix").Select(Platform.Quote))
            : "";

    // of the first run of every arm whose settings are known; runs of one arm differ only in what a remark names
    private IEnumerable<ReportSetting> Settings()
    {
        foreach (string environment in plan.Environments)
        {
            var arms = plan.Arms.Select(a => Enumerable.Range(0, states.Length)
                .Where(i => states[i].Run.Environment == environment && states[i].Run.Arm == a)
                .Select(i => facts[i])
                .FirstOrDefault(f => f.Settings.Count > 0)).ToArray();
            foreach (string key in arms.SelectMany(a => a?.Settings.Keys.AsEnumerable() ?? []).Distinct().Order())
            {
                string?[] values = [.. arms.Select(a => a?.Settings.GetValueOrDefault(key))];
                if (arms.Zip(values).Where(p => p.First is not null).Select(p => p.Second).Distinct().Count() > 1)
                    yield return new ReportSetting(environment, key, values);
            }
        }
    }

    private IEnumerable<ReportFact> Facts()
    {
        var all = facts.SelectMany((f, i) => f.Surroundings.Select(s => (s.Name, s.Value, Run: i))).ToList();
        int known = facts.Count(f => f.Surroundings.Count > 0);
        foreach (var fact in all.GroupBy(f => f.Name).SelectMany(n => n.GroupBy(f => (f.Name, f.Value))))
        {
            int[] runs = [.. fact.Select(f => f.Run)];
            yield return new ReportFact(fact.Key.Name, fact.Key.Value, runs.Length == known ? null : runs);
        }
    }
}
