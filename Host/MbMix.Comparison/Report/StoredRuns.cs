using System.Globalization;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>Finds stored runs and arranges them by environment, arm and seed.</summary>
internal sealed class StoredRuns
{
    // runs/ENVIRONMENT/ALGORITHM/seedN, and one more for a folder of comparisons
    private const int Deepest = 4;

    private readonly List<PlannedRun> planned = [];
    private readonly List<(string Path, RunFacts Facts)> loose = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<string> notes = [];

    /// <summary>Terms of the comparisons found, by their folders.</summary>
    public Dictionary<string, ComparisonTerms> Comparisons { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines about folders that are in no table.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Adds all runs at a path.</summary>
    /// <exception cref="ConfigurationException">There are none.</exception>
    public void Add(string path)
    {
        string full = UserPath.Full(path, "the folder of the runs");
        if (File.Exists(full))
            throw new ConfigurationException($"{OneLine.Path(path)} is a file; a folder with runs is expected.");
        if (!Directory.Exists(full)) throw new ConfigurationException($"There is no folder {OneLine.Path(path)}.");
        int before = planned.Count + loose.Count + notes.Count;
        ReportFile.Try(full, "read", () => Search(full, Deepest));
        if (planned.Count + loose.Count + notes.Count == before)
            throw new ConfigurationException(
                $"{OneLine.Path(path)} holds no runs: the folder of a run (with config.json) or of a comparison (with "
                + "comparison.json) is expected.");
    }

    /// <summary>Makes a plan of all runs.</summary>
    public ComparisonPlan ToPlan(string folder)
    {
        Arrange();
        if (planned.Count == 0)
            throw new ConfigurationException(OneLine.Limit($"There is no run to report. {string.Join(' ', notes)}"));
        var terms = Comparisons.Values.ToList();
        var scale = new Dictionary<string, (double, double)>();
        foreach (var (environment, ends) in terms.SelectMany(t => t.Layout?.Scale ?? []))
            scale.TryAdd(environment, (ends[0], ends[1]));
        PlannedRun[] runs = [.. planned];
        return new ComparisonPlan
        {
            Environments = [.. runs.Select(r => r.Environment).Distinct()],
            Arms = [.. runs.Select(r => r.Arm).Distinct()],
            Seeds = runs.Select(r => r.Seed).Distinct().Count(),
            Folder = folder,
            Budget = terms.Count == 1 && loose.Count == 0 ? terms[0].Budget : null,
            Settings = terms.Count == 1 ? terms[0].Settings : [],
            Scale = scale,
            Stored = runs,
        };
    }

    private void Search(string folder, int depth)
    {
        if (FileProbe.KindOf(Path.Combine(folder, "config.json")) != FileKind.Absent)
        {
            if (seen.Add(UserPath.Real(folder))) loose.Add((folder, RunFacts.Read(folder)));
        }
        else if (FileProbe.KindOf(Path.Combine(folder, "comparison.json")) != FileKind.Absent)
        {
            AddComparison(folder);
        }
        else if (depth > 0)
        {
            foreach (string below in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                if (FileProbe.KindOf(below) == FileKind.Folder) Search(below, depth - 1);
            }
        }
    }

    private void AddComparison(string folder)
    {
        if (Comparisons.ContainsKey(folder)) return;
        var terms = ComparisonTerms.Read(Path.Combine(folder, "comparison.json"));
        Comparisons.Add(folder, terms);
        var layout = terms.Layout;
        var runs = new List<PlannedRun>();
        var arms = (layout?.Arms ?? []).Concat(terms.Arms.Keys).Distinct()
            .ToDictionary(a => a, a => Arm(a, terms.Algorithms.GetValueOrDefault(a, a)));
        string[] environments = [.. (layout?.Environments ?? []).Concat(terms.Environments.Keys).Distinct()];
        foreach (string environment in layout?.Environments ?? [])
        {
            foreach (int seed in Enumerable.Range(layout!.FirstSeed, layout.Seeds))
                runs.AddRange(layout.Arms.Select(a => ComparisonPlan.Plan(folder, environment, arms[a], seed)));
        }
        // runs of earlier starts with other environments, arms or seeds belong to it, too
        foreach (var (environment, arm, path) in RunFolders.All(Path.Combine(folder, "runs")))
        {
            string label = arms.Keys.FirstOrDefault(a => ComparisonPlan.FileName(a) == arm) ?? arm;
            if (!arms.TryGetValue(label, out var known))
                arms[label] = known = Arm(label, label);
            string name = environments.FirstOrDefault(e => ComparisonPlan.FileName(e) == environment) ?? environment;
            if (runs.Any(r => Path.GetFullPath(r.Folder) == path)) continue;
            if (Seed(path) is { } seed) runs.Add(new PlannedRun(name, known, seed, path, ""));
            else notes.Add(OneLine.Limit($"{OneLine.Path(path)} is no run of the comparison and is left out."));
        }
        // another comparison may mean something else by the same label
        var shown = arms.Values.Where(a => planned.Any(p => p.Label == a.Label))
            .ToDictionary(a => a, a => a with { Label = Distinct($"{a.Label} ({Path.GetFileName(folder)})") });
        foreach (var run in runs)
        {
            if (!Directory.Exists(run.Folder) || seen.Add(UserPath.Real(run.Folder)))
                planned.Add(run with { Arm = shown.GetValueOrDefault(run.Arm, run.Arm) });
        }
    }

    private static ComparisonArm Arm(string label, string algorithm) => new() { Label = label, Algorithm = algorithm };

    private static long? Seed(string path)
    {
        const string prefix = "seed";
        string name = Path.GetFileName(path);
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long seed)
                ? seed : null;
    }

    // arms of loose runs: those of the same algorithm, model and settings, whatever the environment
    private void Arrange()
    {
        foreach (var (path, facts) in loose.Where(l => l.Facts.Algorithm.Length == 0))
            notes.Add(OneLine.Limit($"{OneLine.Path(path)} is left out: {facts.Trouble}"));
        var usable = loose.Where(l => l.Facts.Algorithm.Length > 0).ToList();
        foreach (var algorithm in usable.GroupBy(l => (l.Facts.Algorithm, l.Facts.Model)))
        {
            var (id, model) = algorithm.Key;
            string name = ComponentId.IsValid(id) ? ComponentId.ShortName(id) : id;
            bool severalModels = usable.Any(l => l.Facts.Algorithm == id && l.Facts.Model != model);
            if (severalModels) name += model is null ? " without model" : $" with {model}";
            var kinds = algorithm.GroupBy(l => Definition(l.Facts)).ToList();
            string[] keys = [.. Differing(kinds.Select(k => k.First().Facts))];
            foreach (var kind in kinds)
            {
                var settings = kind.First().Facts.Settings;
                string label = string.Join(' ', keys.Select(k => $"{k}={settings.GetValueOrDefault(k, "none")}")
                    .Prepend(name));
                label = Distinct(OneLine.Value(label));
                Place(kind, new ComparisonArm { Label = label, Algorithm = id, Model = model });
            }
        }
        loose.RemoveAll(l => l.Facts.Algorithm.Length == 0);
    }

    private void Place(IEnumerable<(string Path, RunFacts Facts)> runs, ComparisonArm arm)
    {
        foreach (var (path, facts) in runs.OrderBy(r => r.Facts.Seed))
        {
            var run = new PlannedRun(facts.Environment, arm, facts.Seed, path, "");
            if (planned.Any(p => p.Environment == run.Environment && p.Arm == arm && p.Seed == run.Seed))
                notes.Add(OneLine.Limit(
                    $"{OneLine.Path(path)} is left out: another run is {run} with the same settings."));
            else planned.Add(run);
        }
    }

    private string Distinct(string label)
    {
        string distinct = label;
        for (int n = 2; planned.Any(p => p.Label == distinct); n++)
            distinct = string.Create(CultureInfo.InvariantCulture, $"{label} ({n})");
        return distinct;
    }

    // budgets do not make arms, because a remark names them; neither does what belongs to the environment
    private static bool Counts(string key) =>
        key.StartsWith("algo.", StringComparison.Ordinal) || key.StartsWith("model.", StringComparison.Ordinal);

    private static string Definition(RunFacts facts) =>
        string.Join('\n', facts.Settings.Where(s => Counts(s.Key)).Select(s => $"{s.Key}={s.Value}"));

    private static IEnumerable<string> Differing(IEnumerable<RunFacts> kinds)
    {
        var all = kinds.ToList();
        return all.SelectMany(k => k.Settings.Keys).Where(Counts).Distinct().Order(StringComparer.Ordinal)
            .Where(key => all.Select(k => k.Settings.GetValueOrDefault(key)).Distinct().Count() > 1);
    }
}
