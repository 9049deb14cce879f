using System.Globalization;
using System.Text;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>The tables of a search: all trials as CSV, and the best ones for people.</summary>
internal static class TuneTables
{
    private const int MostRows = 20, MostReasons = 20;

    /// <summary>Writes every trial, in the order of their numbers.</summary>
    public static string Csv(SettingSearch search)
    {
        var terms = search.Terms;
        var text = new StringBuilder();
        Line(
            text,
            [
                "trial", "state", "rung", "steps", "value", "lowest", "highest",
                .. terms.SeedNumbers.Select(s => Show($"seed{s}")), .. terms.Space.Parameters.Select(p => p.Name),
                "reason",
            ]);
        foreach (var trial in search.Trials)
        {
            double[] runs = Runs(terms, trial);
            int rung = trial.Values.Count - 1;
            var settings = terms.Space.Texts(trial.Setting).ToDictionary(t => t.Name, t => t.Text);
            Line(
                text,
                [
                    Show($"{trial.Number}"), trial.Stage.ToString().ToLowerInvariant(),
                    rung < 0 ? "" : Show($"{rung}"), rung < 0 ? "" : Show($"{terms.Ladder.Steps[rung]}"),
                    Number(trial.Value), Number(runs.Length == 0 ? double.NaN : runs.Min()),
                    Number(runs.Length == 0 ? double.NaN : runs.Max()),
                    .. terms.SeedNumbers.Select(s => Number(rung < 0 ? null : trial.RunValue(rung, s))),
                    .. terms.Space.Parameters.Select(p => settings.GetValueOrDefault(p.Name) ?? ""),
                    trial.Reason ?? "",
                ]);
        }
        return text.ToString();
    }

    /// <summary>Writes the best trials and what failed.</summary>
    public static string Markdown(SettingSearch search)
    {
        var terms = search.Terms;
        var ranked = search.Trials.Where(t => t.Scores.Count > 0 && t.Stage != TrialStage.Failed)
            .OrderByDescending(t => t.Scores.Count).ThenByDescending(t => t.Scores[^1]).ToList();
        List<string[]> rows =
        [
            ["trial", "steps", "mean", "lowest", "highest", .. terms.Space.Parameters.Select(p => p.Name)],
        ];
        foreach (var trial in ranked.Take(MostRows))
        {
            double[] runs = Runs(terms, trial);
            var settings = terms.Space.Texts(trial.Setting).ToDictionary(t => t.Name, t => t.Text);
            rows.Add(
            [
                Show($"{trial.Number}"), Show($"{terms.Ladder.Steps[trial.Values.Count - 1]}"),
                Show($"{trial.Value:0.0}"), Short(runs.Length == 0 ? double.NaN : runs.Min()),
                Short(runs.Length == 0 ? double.NaN : runs.Max()),
                .. terms.Space.Parameters.Select((p, i) => Brief(p, trial.Setting.Values[i])),
            ]);
        }
        var text = new StringBuilder();
        if (ranked.Count > 0) MarkdownTable.Write(text, rows);
        if (ranked.Count > MostRows) text.Append(Show($"\n{ranked.Count - MostRows} more in trials.csv.\n"));
        var importance = Importance.Of(terms.Space, search.Trials);
        if (importance.Any(i => !double.IsNaN(i)))
        {
            text.Append("\nShare of the variance of ranks that each parameter explains by itself: ");
            text.AppendJoin(", ", terms.Space.Parameters.Zip(importance).OrderByDescending(p => p.Second)
                .Select(p => double.IsNaN(p.Second)
                    ? $"{p.First.Name} unknown" : Show($"{p.First.Name} {p.Second:0.00}")));
            text.Append(".\n");
        }
        text.Append(Show($"\nThese are the seeds {terms.SeedNumbers[0]} to {terms.SeedNumbers[^1]}, "));
        text.Append("by which settings were chosen: they never belong in a table of results.\n");
        var failed = search.Trials.Where(t => t.Stage == TrialStage.Failed).ToList();
        if (failed.Count > 0) text.Append("\nFailed:\n\n");
        foreach (var trial in failed.Take(MostReasons)) text.Append(Show($"- trial {trial.Number}: {trial.Reason}\n"));
        if (failed.Count > MostReasons) text.Append(Show($"- and {failed.Count - MostReasons} more in trials.csv\n"));
        return text.ToString();
    }

    /// <summary>The values of a trial's seeds at the latest rung.</summary>
    private static double[] Runs(SearchTerms terms, Trial trial) =>
    [
        .. terms.SeedNumbers.Select(s => trial.RunValue(trial.Values.Count - 1, s)).OfType<double>(),
    ];

    private static string Brief(Parameter parameter, double value) => double.IsNaN(value) ? "-"
        : parameter.Kind == ParameterKind.Real ? Show($"{value:G4}") : parameter.Text(value);

    private static string Short(double value) => double.IsNaN(value) ? "-" : Show($"{value:0.0}");

    private static string Number(double? value) =>
        value is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static void Line(StringBuilder text, IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(field => CsvField.Quote(OneLine.Limit(field)))).Append('\n');

    private static string Show(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
