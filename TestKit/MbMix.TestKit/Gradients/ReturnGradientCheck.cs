namespace MbMix.TestKit;

/// <summary>
/// Compares the gradients of returns with central differences, along random directions of start state and actions
/// together. Contact has corners, so a state counts only where differences of two step sizes agree; most must.
/// </summary>
public static class ReturnGradientCheck
{
    private const string Check = "gradient of returns";

    /// <summary>Runs the check.</summary>
    /// <param name="env">An environment with gradients, in double unless the settings allow for less.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Finding> Run(IDifferentiableEnv env, ReturnGradientSettings? settings = null)
    {
        var findings = new Findings(env.Spec.Id);
        findings.Try(Check, "a gradient", () => Compare(env, settings ?? new ReturnGradientSettings(), findings));
        return findings.All;
    }

    internal static void Compare(IDifferentiableEnv env, ReturnGradientSettings s, Findings findings)
    {
        var chart = s.Components ? new EuclideanChart(env.Spec.State.Size) : env.Chart;
        var random = new Random(s.Seed);
        int size = chart.TangentSize, actionSize = env.Spec.Action.Size, n = size + (s.Horizon * actionSize);
        Tensor[] actions =
            [.. Steps().Select(_ => Probes.Scale(env, Probes.Uniform(random, s.Lanes, actionSize, 0.9)))];
        var state = Probes.Various(env, s.Lanes, s.WarmUp, random);
        var returns = new Returns(env, chart, state, actions);
        var (dState, dActions, valid) = returns.Gradient();
        var square = Sum([dState, .. dActions], [dState, .. dActions]);

        int smooth = 0, corners = 0, wrong = 0;
        double worst = 0;
        for (int k = 0; k < s.Directions; k++)
        {
            var ds = Probes.Uniform(random, s.Lanes, size, 1);
            Tensor[] da = [.. Steps().Select(_ => Probes.Uniform(random, s.Lanes, actionSize, 1))];
            var exact = Sum([dState, .. dActions], [ds, .. da]);
            var length = Sum([ds, .. da], [ds, .. da]);
            double h = s.Displacement / Math.Sqrt(n / 3.0);
            double[] coarse = returns.Difference(ds, da, 2 * h), fine = returns.Difference(ds, da, h);
            double[] finest = returns.Difference(ds, da, h / 50);
            for (int lane = 0; lane < s.Lanes; lane++)
            {
                // what a random direction gives of a gradient of this length: a chance zero must not be divided by
                double typical = 0.1 * Math.Sqrt(square[lane] * length[lane] / n);
                double scale = Math.Max(Math.Max(Math.Abs(exact[lane]), Math.Abs(fine[lane])), typical);
                bool agree = double.IsNaN(scale) || Math.Abs(coarse[lane] - fine[lane]) <= s.SmoothTolerance * scale;
                if (!valid[lane] || !agree) continue;

                // near a corner, differences of both sizes are the mean of its two sides, a finer one is not
                if (Math.Abs(finest[lane] - fine[lane]) > s.CornerTolerance * scale)
                {
                    corners++;
                    continue;
                }
                smooth++;
                // a return that depends on nothing, such as one per step, has a derivative of 0
                double error = scale == 0 ? 0 : Math.Abs(fine[lane] - exact[lane]) / scale;
                if (!(error < s.Tolerance)) wrong++;
                worst = Math.Max(worst, error);
            }
        }
        int count = s.Lanes * s.Directions;
        double share = smooth / (double)count;
        s.Log?.Invoke(
            $"{env.Spec.Id}: {share:P1} of {count} are smooth ({corners} more lie on a corner), "
            + $"worst relative error {Findings.Text(worst)}");
        findings.Require(
            share >= s.SmoothShare,
            $"{Check}: share of {count} directions along which differences of two step sizes agree",
            Findings.Text(share),
            $"at least {Findings.Text(s.SmoothShare)}");
        findings.Require(
            wrong <= s.WrongShare * smooth,
            $"{Check} over {s.Horizon} steps",
            $"{wrong} of {smooth} directions with another derivative than central differences, the worst off by "
            + $"{Findings.Text(worst)}",
            $"relative differences below {Findings.Text(s.Tolerance)}");

        IEnumerable<int> Steps() => Enumerable.Range(0, s.Horizon);
    }

    /// <summary>Per lane the sum of the products of two lists of tensors.</summary>
    private static double[] Sum(Tensor[] left, Tensor[] right)
    {
        using var scope = torch.NewDisposeScope();
        return Numbers(left.Zip(right, (a, b) => (a * b).sum(1)).Aggregate((a, b) => a + b));
    }

    private static double[] Numbers(Tensor tensor) =>
        tensor.detach().to(torch.ScalarType.Float64).contiguous().Values<double>().ToArray();

    /// <summary>Returns from given states under given actions.</summary>
    private sealed class Returns(IDifferentiableEnv env, IStateChart chart, Tensor state, Tensor[] actions)
    {
        private readonly Tensor half = HalfRange(env);

        /// <summary>
        /// Gradients in tangent coordinates of the state and in half ranges of the actions, float64, and which lanes
        /// ran without a fault.
        /// </summary>
        public (Tensor dState, Tensor[] dActions, bool[] Valid) Gradient()
        {
            var displacement = torch.zeros([state.shape[0], chart.TangentSize], state.dtype, requires_grad: true);
            Tensor[] leaves = [.. actions.Select(a => a.detach().clone().requires_grad_(true))];
            var (total, fault) = Roll(chart.Integrate(state, displacement), leaves);
            Backward.Run(total.sum());
            bool[] valid = (fault == 0).contiguous().Values<bool>().ToArray();
            return (Taken(displacement), [.. leaves.Select(leaf => Taken(leaf) * half)], valid);
        }

        /// <summary>Central differences along a direction.</summary>
        public double[] Difference(Tensor ds, Tensor[] da, double h)
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            return Numbers((Moved(h) - Moved(-h)) / (2 * h));

            Tensor Moved(double by)
            {
                var from = chart.Integrate(state, (ds * by).to(state.dtype));
                Tensor[] moved = [.. actions.Zip(da, (a, d) => a + (d * half * by).to(a.dtype))];
                return Roll(from, moved).Total.to(torch.ScalarType.Float64);
            }
        }

        private (Tensor Total, Tensor Fault) Roll(Tensor from, Tensor[] along)
        {
            Tensor? total = null, fault = null;
            foreach (var action in along)
            {
                var step = env.Step(from, action);
                total = total is null ? step.Reward : total + step.Reward;
                fault = fault is null ? step.Fault : fault + step.Fault;
                from = step.NextState;
            }
            return (total!, fault!);
        }

        // a leaf that nothing depends on has no gradient, which means zero
        private static Tensor Taken(Tensor leaf) => (leaf.grad ?? torch.zeros_like(leaf)).to(torch.ScalarType.Float64);

        private static Tensor HalfRange(IDifferentiableEnv env)
        {
            var (low, high) = Probes.Bounds(env);
            return (high - low) / 2;
        }
    }
}
