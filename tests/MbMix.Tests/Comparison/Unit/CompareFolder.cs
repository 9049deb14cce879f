using System.Globalization;
using System.Text;
using MbMix.Comparison;

namespace MbMix.Tests.Unit;

/// <summary>A comparison in a temporary folder, whose runs are written by hand.</summary>
internal sealed class CompareFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mbmix-compare-").FullName;

    public ComparisonPlan Plan { get; private set; }

    public CompareFolder(int seeds = 3, params string[] algorithms)
    {
        Plan = new() { Environments = ["test/hill-v1"], Arms = ComparisonArm.Plain(algorithms.Length > 0 ? algorithms : ["fast", "slow"]), Seeds = seeds, Folder = Path };
    }

    /// <summary>The ends of runs as their folders tell them.</summary>
    public static RunUpdate[] Ends(ComparisonPlan plan) =>
        [.. plan.Runs.Select(RunState.Of).Select(s => new RunUpdate(s.Run, s.Stage, s.Reason))];

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A finished run that climbs towards its return.</summary>
    public static void Finish(PlannedRun run, double evaluationReturn, long steps = 2000, double secondsPerStep = 0.01, int evaluations = 20)
    {
        Directory.CreateDirectory(run.Folder);
        var metrics = new StringBuilder("iteration,env_steps,return,forward_steps,backward_steps,pullbacks,differencing_steps,model_steps,policy_updates,model_updates,wall_seconds\n");
        var curve = new StringBuilder("iteration,env_steps,episodes,mean,median,min,max,wall_seconds,seconds_evaluation,returns\n");
        for (int i = 1; i <= 20; i++)
        {
            long done = steps * i / 20;
            double value = evaluationReturn - 1000 * Math.Exp(-i / 5.0) + 10 * Math.Sin(i + run.Seed);
            metrics.Append(CultureInfo.InvariantCulture, $"{i},{done},{value},{done},{done},{2 * done},{5 * done},{3 * done},{25 * i},{30 * i},{done * secondsPerStep}\n");
            if (i > 20 - evaluations) curve.Append(CultureInfo.InvariantCulture, $"{i},{done},2,{value},{value},{value - 1},{value + 1},{done * secondsPerStep},0.5,{value - 1} {value + 1}\n");
        }
        File.WriteAllText(System.IO.Path.Combine(run.Folder, "metrics.csv"), metrics.ToString());
        File.WriteAllText(System.IO.Path.Combine(run.Folder, "evaluations.csv"), curve.ToString());
        File.WriteAllText(
            System.IO.Path.Combine(run.Folder, "result.json"),
            string.Create(CultureInfo.InvariantCulture, $$"""{ "evaluationReturn": {{evaluationReturn}}, "envSteps": {{steps}}, "trainSeconds": {{steps * secondsPerStep}} }"""));
    }

    /// <summary>A run that was stopped after a checkpoint.</summary>
    public static void Interrupt(PlannedRun run)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(run.Folder, "checkpoints"));
        File.WriteAllText(System.IO.Path.Combine(run.Folder, "checkpoints", "checkpoint-000000007.safetensors"), "");
    }
}
