using System.Text;

namespace MbMix.Comparison;

/// <summary>One line per run, for other programs.</summary>
internal static class SummaryCsv
{
    public static string Write(ComparisonPlan plan, IReadOnlyList<RunStage> stages, IReadOnlyList<RunRecord> records)
    {
        var done = records.ToDictionary(r => r.Run);
        var text = new StringBuilder();
        text.Append("environment,algorithm,seed,stage,evaluation_return,env_steps,forward_steps,backward_steps,pullbacks,differencing_steps,model_steps,policy_updates,model_updates,train_seconds\n");
        for (int i = 0; i < plan.Runs.Count; i++)
        {
            var run = plan.Runs[i];
            text.Append(FormattableString.Invariant($"{run.Environment},{run.Label},{run.Seed},{stages[i].ToString().ToLowerInvariant()},"));
            text.Append(done.TryGetValue(run, out var r)
                ? FormattableString.Invariant($"{r.EvaluationReturn:R},{r.EnvironmentSteps},{r.ForwardSteps},{r.BackwardSteps},{r.Pullbacks},{r.DifferencingSteps},{r.ModelSteps},{r.PolicyUpdates},{r.ModelUpdates},{r.TrainSeconds:0.000}\n")
                : ",,,,,,,,,\n");
        }
        return text.ToString();
    }
}
