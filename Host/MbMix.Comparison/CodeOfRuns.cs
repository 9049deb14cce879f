using System.Text.Json.Nodes;
using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>Whether the finished runs of a comparison were made by the code that would make the others.</summary>
public static class CodeOfRuns
{
    /// <summary>
    /// Throws if runs of other code would enter the same table: some runs have finished, others are left, and plugins,
    /// host or libraries have changed in between.
    /// </summary>
    /// <exception cref="ConfigurationException">The code has changed, and the plan does not accept that.</exception>
    public static void RequireSame(ComparisonPlan plan, PluginCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(catalog);
        var finished = plan.Runs.Where(r => RunState.HasResult(r.Folder)).ToList();
        if (!plan.AcceptChangedPlugins && finished.Count < plan.Runs.Count) RequireSame(finished, catalog);
    }

    /// <summary>Throws if some of the given runs were made by other code than that which is installed.</summary>
    internal static void RequireSame(IReadOnlyList<PlannedRun> made, PluginCatalog catalog)
    {
        if (made.Count == 0) return;
        // computed once, because it takes the hashes of all files
        var now = Manifest.Surroundings(catalog, env: null);
        foreach (var run in made)
        {
            if (LastStart(run) is not { } start) continue;
            var changes = RunChanges.Between(start, now, RunChanges.PluginsIn(start));
            if (changes.Count == 0) continue;
            string what = OneLine.Limit(string.Join("; ", changes), taken: 190);
            throw new ConfigurationException(
                $"{run} was made by other code ({what}): choose another --out, delete the runs to repeat them, or add "
                + "--accept-changed-plugins to mix them.");
        }
    }

    /// <summary>Says in one line that finished runs were made by different code; null if they were not.</summary>
    internal static string? DescribeMixture(IReadOnlyList<PlannedRun> runs)
    {
        var starts = runs.Select(r => (Run: r, Start: LastStart(r))).Where(s => s.Start is not null).ToList();
        foreach (var (run, start) in starts)
        {
            foreach (var (other, before) in starts.TakeWhile(s => s.Run != run))
            {
                // arms use different plugins; those that two runs share must be the same
                var shared = RunChanges.PluginsIn(before!).Intersect(RunChanges.PluginsIn(start!));
                var changes = RunChanges.Between(before!, start!, shared);
                if (changes.Count > 0)
                    return $"The runs were not all made by the same code: from {other} to {run}, "
                        + OneLine.Limit(string.Join("; ", changes), taken: 150) + ".";
            }
        }
        return null;
    }

    private static JsonNode? LastStart(PlannedRun run)
    {
        try
        {
            return Manifest.ReadStarts(RunFolder.Open(run.Folder)) is { Count: > 0 } starts ? starts[^1] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            // the report says what is wrong with such a run
            return null;
        }
    }
}
