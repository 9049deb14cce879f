namespace MbMix.TestKit;

/// <summary>
/// Checks the chart of a state space: that its maps are inverse to each other, and that their derivatives are those of
/// their values.
/// </summary>
public static class ChartCheck
{
    /// <summary>Runs the check.</summary>
    /// <param name="subject">What the chart belongs to, for the findings.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="state">States on the manifold, float64 <c>[B, S]</c>.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Finding> Run(
        string subject, IStateChart chart, Tensor state, ChartSettings? settings = null)
    {
        var findings = new Findings(subject);
        Compare(chart, state, settings ?? new ChartSettings(), findings);
        return findings.All;
    }

    internal static void Compare(IStateChart chart, Tensor state, ChartSettings s, Findings findings)
    {
        findings.Try("values of the chart", "values", () => Values(chart, state, s, findings));
        findings.Try("derivatives of the chart", "derivatives", () => Derivatives(chart, state, s, findings));
        findings.Try("FeaturesPullback", "a pullback", () => FeaturesPullback(chart, state, s, findings));
    }

    /// <summary>
    /// Checks what must not depend on where a system is: the features of a state, and the motion in a control step.
    /// </summary>
    /// <param name="env">The environment.</param>
    /// <param name="state">States <c>[B, S]</c>.</param>
    /// <param name="action">Actions <c>[B, A]</c>.</param>
    /// <param name="elsewhere">The same states somewhere else.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Finding> RunInvariance(
        IDifferentiableEnv env, Tensor state, Tensor action, Tensor elsewhere, ChartSettings? settings = null)
    {
        var s = settings ?? new ChartSettings();
        var findings = new Findings(env.Spec.Id);
        findings.Try("invariance of the features", "features", () => findings.RequireCloseInNorm(
            "features of the same state elsewhere",
            env.Chart.Features(state),
            env.Chart.Features(elsewhere),
            s.ValueTolerance));
        findings.Try("invariance of the motion", "a step", () => findings.RequireCloseInNorm(
            "motion in a step from the same state elsewhere", Change(state), Change(elsewhere), s.MotionTolerance));
        return findings.All;

        Tensor Change(Tensor from) => env.Chart.Difference(from, env.Step(from, action).NextState);
    }

    private static void Values(IStateChart chart, Tensor state, ChartSettings s, Findings findings)
    {
        long rows = state.shape[0];
        var tangent = Random(state, "tangents", chart.TangentSize) * s.Displacement;
        var moved = chart.Integrate(state, tangent);
        var back = chart.Difference(state, moved);
        if (!findings.RequireShape("Integrate", moved, state.dtype, state.shape)) return;
        findings.RequireShape("Features", chart.Features(state), state.dtype, rows, chart.FeatureSize);
        findings.RequireCloseInNorm("Difference after Integrate", tangent, back, s.ValueTolerance);
        var again = chart.Integrate(state, back);
        findings.RequireCloseInNorm("Integrate after Difference", moved, again, s.ValueTolerance);
        double rest = Findings.Largest(chart.Difference(state, state).abs());
        findings.Require(
            rest <= s.ZeroTolerance,
            "Difference of a state from itself",
            Findings.Text(rest),
            $"at most {Findings.Text(s.ZeroTolerance)}");
    }

    // displacements and differences are compared in the tangent space at their result, where components are independent
    private static void Derivatives(IStateChart chart, Tensor state, ChartSettings s, Findings findings)
    {
        long rows = state.shape[0];
        var tangent = Random(state, "tangents", chart.TangentSize) * s.Displacement;
        var other = chart.Integrate(state, Random(state, "others", chart.TangentSize) * s.Displacement).detach();
        var sum = chart.Integrate(state, tangent).detach();
        var still = torch.zeros_like(tangent);
        Agree("Integrate by the tangent", tangent, t => chart.Difference(sum, chart.Integrate(state, t)));
        Agree(
            "Integrate by the state",
            still,
            d => chart.Difference(sum, chart.Integrate(chart.Integrate(state, d), tangent)));
        Agree("Difference by the first state", still, d => chart.Difference(chart.Integrate(state, d), other));
        Agree("Difference by the second state", still, d => chart.Difference(other, chart.Integrate(state, d)));
        Agree("Features by the state", still, d => chart.Features(chart.Integrate(state, d)));

        void Agree(string what, Tensor at, Func<Tensor, Tensor> map)
        {
            var leaf = at.detach().clone().requires_grad_(true);
            var value = map(leaf);
            Tensor cotangent = Random(state, "agree", value.shape[1]), direction = Random(state, "along", at.shape[1]);
            // a map without a graph does not depend on its argument, as far as backward passes can see
            if (value.requires_grad) Backward.Run([value], [cotangent], [leaf]);
            var gradient = leaf.grad ?? torch.zeros_like(leaf);
            using var noGrad = torch.no_grad();
            var difference = (map(at + (direction * s.Step)) - map(at - (direction * s.Step))) / (2 * s.Step);
            findings.RequireCloseComponents(
                $"derivative of {what}",
                (cotangent * difference).sum(1),
                (gradient * direction).sum(1),
                s.DerivativeTolerance);
        }
    }

    private static void FeaturesPullback(IStateChart chart, Tensor state, ChartSettings s, Findings findings)
    {
        long rows = state.shape[0];
        var cotangent = Random(state, "cotangents", chart.FeatureSize).requires_grad_(true);
        var direction = Random(state, "directions", chart.TangentSize);
        var pulled = chart.FeaturesPullback(state, cotangent);
        if (!findings.RequireShape("FeaturesPullback", pulled, state.dtype, rows, chart.TangentSize)) return;

        // features change by J d along a direction d; c J d is the pullback of c times d, and its gradient in c is J d
        Tensor At(double h) => chart.Features(chart.Integrate(state, direction * h));
        var change = (At(s.Step) - At(-s.Step)) / (2 * s.Step);
        findings.RequireCloseComponents(
            "FeaturesPullback",
            (cotangent * change).sum(1).detach(),
            (pulled * direction).sum(1).detach(),
            s.DerivativeTolerance);
        findings.Require(pulled.requires_grad, "FeaturesPullback", "no gradient history", "one to the cotangents");
        if (!pulled.requires_grad) return;
        Backward.Run((pulled * direction).sum());
        findings.RequireCloseComponents(
            "derivative of FeaturesPullback by the cotangents",
            change,
            cotangent.grad ?? torch.zeros_like(cotangent),
            s.DerivativeTolerance);
    }

    private static Tensor Random(Tensor like, string name, long size) =>
        new CounterRandom(4, name).NormalTensor(0, like.shape[0], size).to(like.dtype);
}
