using System.Globalization;
using System.Text;

namespace MbMix.Comparison;

/// <summary>Formats one line per run, for other programs.</summary>
internal static class SummaryCsv
{
    public static string Write(IEnumerable<RunState> states)
    {
        var text = new StringBuilder();
        text.Append(
            "environment,algorithm,seed,stage,evaluation_return,env_steps,forward_steps,backward_steps,pullbacks,"
            + "differencing_steps,model_steps,policy_updates,model_updates,train_seconds,reason\n");
        var culture = CultureInfo.InvariantCulture;
        foreach (var state in states)
        {
            var run = state.Run;
            string stage = state.Stage.ToString().ToLowerInvariant();
            text.Append(culture, $"{run.Environment},{run.Label},{run.Seed},{stage},");
            if (state.Record is { } r)
            {
                text.Append(culture, $"{r.EvaluationReturn:R},{r.EnvironmentSteps},{r.ForwardSteps},");
                text.Append(culture, $"{r.BackwardSteps},{r.Pullbacks},{r.DifferencingSteps},{r.ModelSteps},");
                text.Append(culture, $"{r.PolicyUpdates},{r.ModelUpdates},{r.TrainSeconds:0.000},");
            }
            else
            {
                text.Append(",,,,,,,,,,");
            }
            text.Append(CsvField.Quote(state.Reason)).Append('\n');
        }
        return text.ToString();
    }
}
