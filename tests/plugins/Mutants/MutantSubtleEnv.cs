using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Mutants;

/// <summary>The sound mutant with a mistake around it.</summary>
public sealed class MutantSubtleEnv : IPredictiveEnv
{
    private readonly SubtleMistake mistake;
    private readonly MutantEnv sound = new(EnvMistake.None);
    private readonly double factor = 1;
    private int reads;
    private int resets;
    private int steps;
    private int disposals;

    public MutantSubtleEnv(SubtleMistake mistake)
    {
        this.mistake = mistake;
        if (mistake == SubtleMistake.RandomWhenMade) factor = 1 + (0.1 * Random.Shared.NextDouble());
        Chart = mistake switch
        {
            SubtleMistake.FeaturesHideVelocity => new EuclideanChart(2, 1),
            SubtleMistake.TangentHidesVelocity => new PositionChart(),
            _ => sound.Chart,
        };
    }

    public EnvSpec Spec => mistake switch
    {
        SubtleMistake.EpisodeLengthChanges when ++reads > 3 => sound.Spec with { EpisodeLength = 41 },
        SubtleMistake.SpecGrows when ++reads > 50 => Grown(),
        SubtleMistake.SpecChangesWithSteps when steps > 70 => Grown(),
        _ => sound.Spec,
    };

    public IStateChart Chart { get; }

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = sound.Reset(lanes);
        return mistake == SubtleMistake.RestartsLate && ++resets > 15 ? state.mul_(0.5) : state;
    }

    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        var observation = sound.Observe(state, lastAction);
        return mistake switch
        {
            SubtleMistake.ObservationConstant => Replaced(observation, o => o * 0),
            SubtleMistake.ObservesLate when steps > 200 => Replaced(observation, o => o * 2),
            _ => observation,
        };
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        steps++;
        if (mistake == SubtleMistake.StepThrows) throw new InvalidOperationException("the solver has no solution");
        if (mistake == SubtleMistake.ThrowsAtLength)
            throw new MbMixException(string.Concat(Enumerable.Repeat("The solver has no solution. ", 40)));
        if (mistake == SubtleMistake.StepIsNull) return default;
        using var scope = torch.NewDisposeScope();
        var used = mistake == SubtleMistake.ActionWithoutEffect ? action * 0 : action * factor;
        var step = Altered(sound.Step(state, used));
        Tensor[] all = [step.NextState, step.Observation, step.Reward, step.Terminated, step.Fault];
        foreach (var tensor in all)
        {
            if (mistake != SubtleMistake.StepIsDisposed) tensor.MoveToOuterDisposeScope();
        }
        return step;
    }

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        if (mistake == SubtleMistake.EvaluateThrows)
            throw new NotSupportedException("predicted states are not supported");
        using var used = mistake == SubtleMistake.ActionWithoutEffect ? action * 0 : action.alias();
        var outcome = sound.Evaluate(state, used, nextState);
        return mistake switch
        {
            SubtleMistake.RewardHuge => outcome with { Reward = Replaced(outcome.Reward, r => r * 1e12) },
            SubtleMistake.RewardTiny => outcome with { Reward = Replaced(outcome.Reward, r => r * 1e-12) },
            SubtleMistake.ObservationConstant =>
                outcome with { Observation = Replaced(outcome.Observation, o => o * 0) },
            _ => outcome,
        };
    }

    public void Dispose()
    {
        disposals++;
        bool throws = mistake == SubtleMistake.DisposeThrows
            || (mistake == SubtleMistake.DisposeThrowsAgain && disposals > 1);
        if (throws) throw new InvalidOperationException("the simulator is busy");
    }

    private static Tensor Replaced(Tensor tensor, Func<Tensor, Tensor> change)
    {
        var result = change(tensor);
        tensor.Dispose();
        return result;
    }

    private EnvStep Altered(EnvStep step) => mistake switch
    {
        SubtleMistake.TerminatesLate when steps > 60 =>
            step with { Terminated = step.Terminated | (step.NextState.detach().select(1, 0) < 0.5) },
        SubtleMistake.DriftsLate when steps > 100 => step with { NextState = step.NextState * 1.001 },
        SubtleMistake.FortiethStepDiffers when steps % 40 == 39 => step with { Reward = step.Reward + 0.01 },
        SubtleMistake.Noise => step with { NextState = step.NextState + (0.01 * Random.Shared.NextDouble()) },
        SubtleMistake.RewardHuge => step with { Reward = step.Reward * 1e12 },
        SubtleMistake.RewardTiny => step with { Reward = step.Reward * 1e-12 },
        SubtleMistake.ObservationConstant => step with { Observation = step.Observation * 0 },
        SubtleMistake.NotFinite => step with { NextState = step.NextState * float.NaN },
        SubtleMistake.NotFiniteLater => step with { NextState = Overflowing(step.NextState) },
        _ => step,
    };

    // what leaves the range of the start states is lost
    private static Tensor Overflowing(Tensor state) =>
        state.masked_fill(state.narrow(1, 1, 1).abs() > 0.3, float.PositiveInfinity);

    private EnvSpec Grown() => sound.Spec with
    {
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "position", "velocity", "force"),
    };

    /// <summary>A chart of the position alone.</summary>
    private sealed class PositionChart : IStateChart
    {
        public int TangentSize => 1;

        public int FeatureSize => 1;

        public Tensor Features(Tensor state) => state.narrow(1, 0, 1).clone();

        public Tensor Difference(Tensor from, Tensor to) => to.narrow(1, 0, 1) - from.narrow(1, 0, 1);

        public Tensor Integrate(Tensor state, Tensor tangent) =>
            torch.cat([state.narrow(1, 0, 1) + tangent, state.narrow(1, 1, 1)], 1);
    }
}
