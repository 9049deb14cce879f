using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>The result of a finished run, from its <c>result.json</c>.</summary>
/// <param name="EvaluationReturn">Mean return of the final evaluation.</param>
/// <param name="EnvironmentSteps">Number of environment steps taken.</param>
/// <param name="TrainSeconds">Seconds spent in iterations.</param>
/// <param name="Failure">
/// Why the training is worthless although it ran to its end, in one line; null if it is not.
/// </param>
public sealed record RunResult(double EvaluationReturn, long EnvironmentSteps, double TrainSeconds, string? Failure)
{
    private const string Failed = "failed";

    /// <summary>Reads the result of a run; null if the run has not finished.</summary>
    /// <exception cref="MbMixException">The file is not the result of a run.</exception>
    public static RunResult? Read(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = new ClosedFolder(folder.FullPath).ToRead(Path.GetFileName(folder.ResultPath));
        if (!File.Exists(path)) return null;
        var json = DocumentReader.ReadFile(path, DocumentKind.Record);
        return new RunResult(
            json.Get("evaluationReturn", "a number").Number(), json.Get("envSteps", "a number of steps").Integer(0),
            json.Get("trainSeconds", "a number of seconds").Number(), json.Find(Failed)?.Text());
    }

    internal static void Write(RunFolder folder, TrainingSession session, EvaluationResult result, string? failure)
    {
        var configuration = session.Configuration;
        var json = new JsonObject
        {
            ["environment"] = configuration.Environment,
            ["algorithm"] = configuration.Algorithm,
            ["model"] = configuration.Model,
            ["seed"] = configuration.Seed,
            ["evaluationReturn"] = result.Mean,
            ["median"] = result.Median,
            ["min"] = result.Minimum,
            ["max"] = result.Maximum,
            ["returns"] = new JsonArray([.. result.Returns.Select(r => (JsonNode)r)]),
            ["lengths"] = new JsonArray([.. result.Lengths.Select(l => (JsonNode)l)]),
            ["faults"] = result.Faults,
            ["iterations"] = session.Iteration,
            ["envSteps"] = session.EnvironmentSteps,
            ["trainSeconds"] = session.TrainSeconds,
        };
        if (failure is not null) json[Failed] = failure;
        RunFolder.WriteJson(folder.ResultPath, json);
    }
}
