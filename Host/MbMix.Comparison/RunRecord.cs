namespace MbMix.Comparison;

/// <summary>Result and costs of a finished run, read from its folder.</summary>
internal sealed record RunRecord
{
    private const int LongestReason = 120;

    public required PlannedRun Run { get; init; }

    public required double EvaluationReturn { get; init; }

    public required long EnvironmentSteps { get; init; }

    public required double TrainSeconds { get; init; }

    /// <summary>Number of evaluation episodes.</summary>
    public int Episodes { get; init; }

    /// <summary>Number of evaluation episodes that ended with a fault.</summary>
    public long Faults { get; init; }

    // a cost that the log does not tell is null
    public long? ForwardSteps { get; init; }

    public long? BackwardSteps { get; init; }

    public long? Pullbacks { get; init; }

    public long? DifferencingSteps { get; init; }

    public long? ModelSteps { get; init; }

    public long? PolicyUpdates { get; init; }

    public long? ModelUpdates { get; init; }

    /// <summary>Why the log of the run cannot be used; null if it can.</summary>
    public string? LogFault { get; init; }

    /// <summary>Reads the result of a run.</summary>
    /// <exception cref="MbMixException">
    /// There is no valid result, or it says that training failed; the message says why, and how to repeat the run.
    /// </exception>
    public static RunRecord Read(PlannedRun run)
    {
        string path = Path.Combine(run.Folder, "result.json");
        string folder = OneLine.Path(run.Folder);
        string? failed;
        try
        {
            var json = DocumentReader.ReadFile(path, DocumentKind.Record);
            failed = json.Find("failed")?.Word();
            if (failed is null) return Read(run, json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            string shown = OneLine.Path(path), reason = e.Message;
            foreach (string start in new[] { shown + ": ", shown + " " })
            {
                if (reason.StartsWith(start, StringComparison.Ordinal)) reason = reason[start.Length..];
            }
            throw new MbMixException(
                $"result.json is not the result of a run: {OneLine.Limit(reason, OneLine.Longest - LongestReason)} "
                + $"Delete {folder} to repeat the run.",
                e);
        }
        string why = OneLine.Limit(failed.Trim().TrimEnd('.'), OneLine.Longest - LongestReason);
        throw new MbMixException($"{why}. Delete {folder} to repeat the run.");
    }

    private static RunRecord Read(PlannedRun run, DocumentValue json)
    {
        var record = new RunRecord
        {
            Run = run,
            EvaluationReturn = json.Get("evaluationReturn", "a number").Number(),
            EnvironmentSteps = json.Get("envSteps", "a number of steps").Integer(0),
            TrainSeconds = json.Get("trainSeconds", "a number of seconds").Number(),
            Episodes = json.Find("returns")?.Elements().Count() ?? 0,
            Faults = json.Find("faults")?.Integer(0) ?? 0,
        };
        try
        {
            return record.WithCosts(CsvTable.Read(Path.Combine(run.Folder, "metrics.csv")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return record with { LogFault = OneLine.Of(e) };
        }
    }

    private RunRecord WithCosts(CsvTable metrics)
    {
        if (metrics.Fault is { } fault) return this with { LogFault = "metrics.csv, " + fault };
        if (metrics.Rows == 0) return this with { LogFault = "metrics.csv has no complete line." };
        long? Total(string column) =>
            metrics.Number(metrics.Rows - 1, column) is var value && value is >= 0 and < 9e18 ? (long)value : null;
        return this with
        {
            ForwardSteps = Total("forward_steps"),
            BackwardSteps = Total("backward_steps"),
            Pullbacks = Total("pullbacks"),
            DifferencingSteps = Total("differencing_steps"),
            ModelSteps = Total("model_steps"),
            PolicyUpdates = Total("policy_updates"),
            ModelUpdates = Total("model_updates"),
        };
    }
}
