using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>Formats one line per run, for other programs.</summary>
internal static class SummaryCsv
{
    public static string Write(ComparisonPlan plan, IReadOnlyList<RunStage> stages, IReadOnlyList<RunRecord> records)
    {
        var done = records.ToDictionary(r => r.Run);
        var text = new StringBuilder();
        text.Append(
            "environment,algorithm,seed,stage,evaluation_return,env_steps,forward_steps,backward_steps,pullbacks,"
            + "differencing_steps,model_steps,policy_updates,model_updates,train_seconds\n");
        var culture = CultureInfo.InvariantCulture;
        for (int i = 0; i < plan.Runs.Count; i++)
        {
            var run = plan.Runs[i];
            string stage = stages[i].ToString().ToLowerInvariant();
            text.Append(culture, $"{run.Environment},{run.Label},{run.Seed},{stage},");
            if (done.TryGetValue(run, out var r))
            {
                text.Append(culture, $"{r.EvaluationReturn:R},{r.EnvironmentSteps},{r.ForwardSteps},");
                text.Append(culture, $"{r.BackwardSteps},{r.Pullbacks},{r.DifferencingSteps},{r.ModelSteps},");
                text.Append(culture, $"{r.PolicyUpdates},{r.ModelUpdates},{r.TrainSeconds:0.000}\n");
            }
            else
            {
                text.Append(",,,,,,,,,\n");
            }
        }
        return text.ToString();
    }
}
