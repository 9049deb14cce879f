using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Tries a new environment in a few steps of a few lanes, before anybody relies on it: start states that depend on
/// their keys alone, steps that depend on their arguments alone and leave them as they are, observations and outcomes
/// that agree with steps, a chart that is its own inverse, gradients where they are promised.
/// </summary>
/// <remarks>
/// It looks at few states and tolerates what rounding can do. <c>mbmix certify</c> looks closer.
/// </remarks>
internal sealed class EnvProbe
{
    private const int Lanes = 3, ManyLanes = 16;
    private const long Seed = 20_251;
    // of float32 in a step with stiff contact, between batches of different sizes
    private const double Rounding = 2e-3;
    // a deviation, as a share of the whole, that no left-over of a simulation explains
    private const double Gross = 0.4;

    private readonly GuardedEnv env;
    private readonly Boundary boundary;
    private readonly EnvSpec spec;
    private readonly ILogger logger;

    private EnvProbe(GuardedEnv env, Boundary boundary, ILogger logger)
    {
        (this.env, this.boundary, this.logger) = (env, boundary, logger);
        spec = env.Spec;
    }

    /// <summary>Tries an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="boundary">Names it in messages.</param>
    /// <param name="logger">Receives what is suspicious but may be right.</param>
    /// <exception cref="MbMixException">The environment breaks a promise, or throws.</exception>
    public static void Run(GuardedEnv env, Boundary boundary, ILogger logger)
    {
        using var aside = new SideWork(env.Costs);
        try
        {
            using var scope = torch.NewDisposeScope();
            var probe = new EnvProbe(env, boundary, logger);
            var keys = Keys(Lanes);
            var start = probe.Starts(keys);
            var action = probe.Action();
            var next = probe.Steps(start, action);
            probe.Chart(start, next);
            if (env.Spec.Gradient.Kind != GradientKind.None)
                GradientProbe.Run(env, boundary, next, action, logger);
        }
        catch (Exception e) when (!e.IsAttributed())
        {
            throw boundary.ThrewWhen("in its first steps", e);
        }
    }

    private static LaneKey[] Keys(int count, long seed = Seed, long episode = 0) =>
        [.. Enumerable.Range(0, count).Select(i => new LaneKey(seed, i, episode))];

    private Tensor Starts(LaneKey[] keys)
    {
        var start = env.Reset(keys);
        const string alone = "start states that depend on seed, lane and episode alone";
        if (!TensorChecks.SameBits(start, env.Reset(keys)))
            throw boundary.Wrong("Reset with the same keys again", "another start state", alone);
        using (var last = start.narrow(0, Lanes - 1, 1).contiguous())
        {
            if (!TensorChecks.SameBits(last, env.Reset([keys[^1]])))
                throw boundary.Wrong("Reset of one lane alone", "another start state", alone);
        }
        if (spec.FixedStart) return start;
        using var many = env.Reset(Keys(ManyLanes));
        using var first = many.narrow(0, 0, 1).expand_as(many).contiguous();
        if (TensorChecks.SameBits(many, first))
            throw boundary.Wrong(
                $"Reset of {ManyLanes} lanes", "the same start state for all", "different ones, or FixedStart in Spec");
        WarnOfRepetition(many);
        return start;
    }

    // something may be learned all the same
    private void WarnOfRepetition(Tensor starts)
    {
        using Tensor ofSeed = env.Reset(Keys(ManyLanes, seed: Seed + 1));
        using Tensor ofEpisode = env.Reset(Keys(ManyLanes, episode: 1));
        string[] ignored =
        [
            .. TensorChecks.SameBits(starts, ofSeed) ? ["seed"] : Array.Empty<string>(),
            .. TensorChecks.SameBits(starts, ofEpisode) ? ["episode"] : Array.Empty<string>(),
        ];
        if (ignored.Length == 0) return;
        boundary.Warn(
            logger, $"Reset of {ManyLanes} lanes with another {string.Join(" or ", ignored)}", "the same start states",
            "others, or FixedStart in Spec");
    }

    // different in each lane and component, and not at a bound
    private Tensor Action()
    {
        var values = new double[Lanes * spec.Action.Size];
        for (int i = 0; i < values.Length; i++)
        {
            var d = spec.Action.Dimensions[i % spec.Action.Size];
            values[i] = d.Low + ((d.High - d.Low) * (0.5 + (0.3 * Math.Sin(1 + i))));
        }
        return torch.tensor(values, [Lanes, spec.Action.Size], spec.StateType);
    }

    private Tensor Steps(Tensor start, Tensor action)
    {
        using var quiet = torch.no_grad();
        using var startObservation = env.Observe(start, torch.zeros_like(action));
        if (!startObservation.AllFinite())
            throw boundary.Wrong("observation of a start state", "a number that is not finite", "finite numbers");
        Tensor startBefore = start.clone(), actionBefore = action.clone();
        var step = env.Step(start, action);
        if (!TensorChecks.SameBits(start, startBefore) || !TensorChecks.SameBits(action, actionBefore))
            throw boundary.Wrong("Step", "changed arguments", "arguments as they were, because the caller owns them");
        var again = env.Step(start, action);
        const string pure = "the same result, because a step is a function of state and action alone";
        Same("next state", step.NextState, again.NextState);
        Same("observation", step.Observation, again.Observation);
        Same("reward", step.Reward, again.Reward);
        Same("termination", step.Terminated, again.Terminated);
        Same("fault", step.Fault, again.Fault);

        var single = env.Step(start.narrow(0, 0, 1).contiguous(), action.narrow(0, 0, 1).contiguous());
        const string lanes = "what the lane gives among others, because lanes are independent";
        Close("next state of a lane alone", step.NextState.narrow(0, 0, 1), single.NextState, lanes);
        Close("observation of a lane alone", step.Observation.narrow(0, 0, 1), single.Observation, lanes);
        Close("reward of a lane alone", step.Reward.narrow(0, 0, 1), single.Reward, lanes);

        const string agree = "what Step reported";
        using var observed = env.Observe(step.NextState, action);
        if (env is IPredictiveEnv predictive)
        {
            Close("observation by Observe after a step", step.Observation, observed, agree);
            var outcome = predictive.Evaluate(start, action, step.NextState);
            Close("observation by Evaluate", step.Observation, outcome.Observation, agree);
            Close("reward by Evaluate", step.Reward, outcome.Reward, agree);
            if (!TensorChecks.SameBits(step.Terminated, outcome.Terminated))
                throw boundary.Wrong("termination by Evaluate", "another one", agree);
        }
        else
        {
            // such an observation may hold what the simulation was left with, such as contact forces
            using var apart = observed - step.Observation;
            double far = Norm(apart), size = Norm(step.Observation);
            if (far > Gross * size)
                throw boundary.Wrong(
                    "observation by Observe after a step",
                    $"one that differs from Step's by {TensorChecks.Text(far)}",
                    $"about the same, whose norm is {TensorChecks.Text(size)}");
        }
        return step.NextState;

        void Same(string what, Tensor first, Tensor second)
        {
            if (!TensorChecks.SameBits(first, second))
                throw boundary.Wrong($"{what} of Step with the same arguments again", "another one", pure);
        }
    }

    private void Close(string what, Tensor expected, Tensor actual, string reason)
    {
        if (TensorChecks.FindDifference(expected, actual, Rounding) is var (wanted, came))
            throw boundary.Wrong(what, came, $"{wanted}, {reason}");
    }

    private void Chart(Tensor start, Tensor next)
    {
        using var quiet = torch.no_grad();
        var chart = env.Chart;
        int t = chart.TangentSize;
        using var difference = chart.Difference(start, next);
        boundary.Require("result of Chart.Difference", difference, spec.StateType, Lanes, t);
        using var features = chart.Features(start);
        boundary.Require("result of Chart.Features", features, spec.StateType, Lanes, chart.FeatureSize);
        using var reached = chart.Integrate(start, difference);
        boundary.Require("result of Chart.Integrate", reached, spec.StateType, Lanes, spec.State.Size);
        using var left = chart.Difference(next, reached);
        double far = Norm(difference), missing = Norm(left);
        if (double.IsFinite(far) && missing > 0.1 * far)
            throw boundary.Wrong(
                "Chart.Integrate(a, Chart.Difference(a, b))",
                $"a state that differs from b by {TensorChecks.Text(missing)}",
                $"b; a and b differ by {TensorChecks.Text(far)}");
    }

    private static double Norm(Tensor tensor) => Math.Sqrt(TensorChecks.Values(tensor).Sum(x => x * x));
}
