namespace MbMix.TestKit;

/// <summary>
/// What the chart leaves out does not matter: the motion depends on nothing that the features do not show, and nothing
/// at all depends on what tangent vectors do not show.
/// </summary>
internal static class InvarianceChecks
{
    private const int Lanes = 8;

    // one inside the range of most states, one far away
    private static readonly double[] Displacements = [0.1, 3];

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, "chart", "invariance", "a chart of everything that matters",
            "Leave out only what the dynamics do not depend on, such as the horizontal position.",
            f => Invariance(subject.Precise, s, f));
    }

    private static void Invariance(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        var (spec, chart) = (env.Spec, env.Chart);
        var random = new Random(19);
        var state = Probes.Various(env, Lanes, s.Steps + 12, random);
        var action = Probes.Scale(env, Probes.Uniform(random, Lanes, spec.Action.Size, 0.9));
        double rounding = spec.StateType == torch.ScalarType.Float64 ? 1e-9 : 1e-4;
        double tolerance = spec.StateType == torch.ScalarType.Float64 ? 1e-3 : 2e-2;
        var here = env.Step(state, action);
        Tensor features = chart.Features(state), motion = chart.Difference(state, here.NextState);
        int hidden = 0;

        for (int i = 0; i < spec.State.Size; i++)
        {
            foreach (double by in Displacements)
            {
                using var scope = torch.NewDisposeScope();
                var moved = state.clone();
                moved.select(1, i).add_(by);
                if (Judged($"state '{spec.State.Dimensions[i].Name}'", moved, by)) break;
            }
        }
        // a coordinate of the chart need not be one of the state
        for (int i = 0; i < chart.TangentSize && findings.All.Count == 0; i++)
        {
            foreach (double by in Displacements)
            {
                using var scope = torch.NewDisposeScope();
                var tangent = torch.zeros([Lanes, chart.TangentSize], state.dtype);
                tangent.select(1, i).fill_(by);
                if (Judged($"tangent coordinate {i}", chart.Integrate(state, tangent), by)) break;
            }
        }
        findings.Note = hidden == 0 ? "nothing is left out" : $"{hidden} displacements are left out";

        // whether something was found
        bool Judged(string what, Tensor moved, double by)
        {
            bool unseen = Findings.Largest(chart.Difference(state, moved).abs()) <= rounding * by;
            bool featureless = Findings.Largest((chart.Features(moved) - features).abs()) <= rounding * by;
            if (!unseen && !featureless) return false;
            hidden++;
            var there = env.Step(moved, action);
            int before = findings.All.Count;
            if (featureless) Same("Features", "motion in a step", motion, chart.Difference(moved, there.NextState));
            if (unseen && findings.All.Count == before)
            {
                var apart = chart.Difference(here.NextState, there.NextState);
                Same("Difference", "next state", motion, motion + apart);
                Same("Difference", "observation", here.Observation, there.Observation);
                Same("Difference", "reward", here.Reward, there.Reward);
            }
            return findings.All.Count > before;

            void Same(string leaves, string result, Tensor expected, Tensor came)
            {
                double size = Norm(expected), change = Norm(came - expected);
                findings.Require(
                    change <= tolerance * Math.Max(size, rounding) && findings.All.Count == before,
                    $"{what}, which {leaves} of the chart leaves out",
                    $"another {result} (by {Findings.Text(change)} of {Findings.Text(size)}) "
                    + $"when it changes by {Findings.Text(by)}",
                    "the same");
            }
        }
    }

    private static double Norm(Tensor tensor) => tensor.to(torch.ScalarType.Float64).norm().item<double>();
}
