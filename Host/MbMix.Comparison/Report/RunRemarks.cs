namespace MbMix.Comparison;

/// <summary>Says about each run, in one line, what sets it apart from a finished run of the common budget.</summary>
internal static class RunRemarks
{
    /// <summary>Lists the remarks in the order of the runs.</summary>
    /// <param name="states">States of the runs.</param>
    /// <param name="facts">Facts about the same runs.</param>
    public static IEnumerable<string> Of(IReadOnlyList<RunState> states, IReadOnlyList<RunFacts> facts)
    {
        var common = states.Zip(facts, (s, f) => (s.Run.Environment, f.Budget)).Where(b => b.Budget is not null)
            .GroupBy(b => b.Environment)
            .ToDictionary(g => g.Key, g => g.GroupBy(b => b.Budget).MaxBy(b => b.Count())!.Key!.Value);
        for (int i = 0; i < states.Count; i++)
        {
            foreach (string remark in Of(states[i], facts[i], common)) yield return OneLine.Limit(remark);
        }
    }

    private static IEnumerable<string> Of(RunState state, RunFacts facts, Dictionary<string, long> common)
    {
        var run = state.Run;
        switch (state.Stage)
        {
            case RunStage.Failed:
                yield return $"{run} failed and is in no statistic: {state.Reason}";
                break;
            case RunStage.Waiting when !Directory.Exists(run.Folder):
                // a process that never came to train leaves its words alone
                yield return File.Exists(run.LogFile)
                    ? $"{run} did not begin to train and is in no statistic (see {OneLine.Path(run.LogFile)})."
                    : $"{run} has not been started.";
                break;
            case RunStage.Waiting or RunStage.Interrupted or RunStage.Running:
                string steps = FormattableString.Invariant($"{RunGlance.At(run).EnvironmentSteps:0}");
                string of = facts.Budget is { } whole ? FormattableString.Invariant($" of {whole}") : "";
                yield return $"{run} is not finished ({steps}{of} environment steps) and is in no statistic.";
                break;
            case RunStage.Finished when state.Record?.LogFault is { } fault:
                yield return $"{run}: its costs are not known, because its metrics are damaged: {fault}";
                break;
        }
        if (facts.Budget is { } budget && common.TryGetValue(run.Environment, out long others) && budget != others)
            yield return FormattableString.Invariant(
                $"{run} has a budget of {budget} environment steps, most runs on this environment {others}.");
        if (facts.Trouble is { } trouble && Directory.Exists(run.Folder))
            yield return $"{run}: how it was made is not known: {trouble}";
    }
}
