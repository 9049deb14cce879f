using MbMix.Hosting;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>What can be said about a search before its first run.</summary>
internal static class TuneChecks
{
    /// <summary>
    /// Makes sure that names are known and that each parameter is an option, and finds the number of evaluations.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// Something is missing or unknown, or an option takes none of the values of its parameter.
    /// </exception>
    public static TunePlan Resolve(TunePlan plan, TrainingSessions sessions)
    {
        var terms = plan.Terms;
        foreach (var (key, value) in new[] { ("environment", terms.Environment), ("algorithm", terms.Algorithm) })
        {
            if (value is null)
                throw new ConfigurationException(
                    $"Search {terms.Name} names no '{key}'; only a search that asks and tells needs none.");
        }
        string[] fixedNames = [.. terms.Settings.Select(s => s.Split('=')[0].Trim())];
        if (terms.Space.Parameters.FirstOrDefault(p => fixedNames.Contains(p.Name)) is { } twice)
            throw new ConfigurationException(
                $"Search {terms.Name} has {OneLine.Value(twice.Name)} in its 'settings' and in its 'space': a setting "
                + "is either fixed or searched.");
        var resolved = sessions.Resolve(plan.Request([]));
        foreach (var parameter in terms.Space.Parameters) RequireOption(plan, sessions, parameter);
        if (terms.Rungs == 1) return plan;
        // as many as asked for or more, and one at every rung
        long divisions = terms.Ladder.Divisions, asked = Math.Max(1, resolved.Run.Evaluations);
        return plan with { Evaluations = (int)((asked + divisions - 1) / divisions * divisions) };
    }

    /// <summary>Makes sure that a folder is that of a search, or empty.</summary>
    /// <exception cref="ConfigurationException">It holds something else.</exception>
    public static void RequireFolder(TunePlan plan)
    {
        ReportFile.Try(plan.Folder, "read", () =>
        {
            if (!Directory.Exists(plan.Folder) || File.Exists(plan.JournalFile)) return;
            if (!Directory.EnumerateFileSystemEntries(plan.Folder).Any()) return;
            throw new ConfigurationException(
                $"{OneLine.Path(plan.Folder)} is not empty and holds no search: choose another folder with --out.");
        });
    }

    // an option may refuse an end of a range because of other options, but not all values
    private static void RequireOption(TunePlan plan, TrainingSessions sessions, Parameter parameter)
    {
        double[] values = parameter.Kind == ParameterKind.Choice
            ? [.. Enumerable.Range(0, parameter.Choices.Count).Select(i => (double)i)]
            : [parameter.Low, parameter.At(0.5), parameter.High];
        List<string> branch = [];
        for (var condition = parameter.Condition; condition is not null;)
        {
            branch.Add($"{condition.Parameter}={condition.Values[0]}");
            condition = plan.Terms.Space.Parameters.First(p => p.Name == condition.Parameter).Condition;
        }
        ConfigurationException? refused = null;
        foreach (double value in values)
        {
            try
            {
                sessions.Resolve(plan.Request([.. branch, $"{parameter.Name}={parameter.Text(value)}"]));
                return;
            }
            catch (ConfigurationException e)
            {
                refused ??= e;
            }
        }
        string start = $"Parameter '{OneLine.Value(parameter.Name)}': ";
        throw new ConfigurationException(start + OneLine.Limit(refused!.Message, start.Length), refused);
    }
}
