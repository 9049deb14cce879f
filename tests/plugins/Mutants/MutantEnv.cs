using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Mutants;

/// <summary>
/// A point mass on a line: state and observation are position and velocity, the action is a force. It is sound but for
/// one mistake.
/// </summary>
public sealed class MutantEnv : IPredictiveEnv
{
    private const double Period = 0.1;
    private static readonly List<Tensor> Leaked = [];

    private readonly EnvMistake mistake;
    private readonly EnvSpec? spec;
    private int calls;

    public MutantEnv(EnvMistake mistake)
    {
        this.mistake = mistake;
        spec = mistake == EnvMistake.SpecIsNull ? null : Describe(mistake);
        Chart = mistake switch
        {
            EnvMistake.ChartIsNull => null!,
            EnvMistake.DifferenceReversed => new ReversedChart(),
            EnvMistake.ChartOfOtherSize => new EuclideanChart(3),
            _ => new EuclideanChart(2),
        };
    }

    public EnvSpec Spec => spec!;

    public IStateChart Chart { get; }

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        int count = mistake == EnvMistake.ResetOneLane ? 1 : lanes.Length;
        int size = mistake == EnvMistake.ResetTooSmall ? 1 : 2;
        var values = new float[count * size];
        for (int i = 0; i < count; i++)
        {
            long scrambled = unchecked(
                ((lanes[i].Seed * 31) + lanes[i].Lane) * 1_000_003 + (lanes[i].Episode * 7_919) + 12_345);
            double position = mistake switch
            {
                EnvMistake.StartsEqual => 0.5,
                EnvMistake.StartsDependOnBatch => (double)i / lanes.Length,
                EnvMistake.StartsFromClock => DateTime.UtcNow.Ticks % 10_007 / 10_007.0,
                EnvMistake.StartsWithNan => double.NaN,
                _ => (((scrambled * 48_271) & 0xFFFF) / 32_768.0) - 1,
            };
            values[size * i] = (float)position;
        }
        return torch.tensor(values, [count, size], requires_grad: mistake == EnvMistake.StartsWithGradient);
    }

    public Tensor Observe(Tensor state, Tensor lastAction) => mistake switch
    {
        EnvMistake.ObserveTooLarge => torch.cat([state, state], 1),
        EnvMistake.ObserveDisagrees => state * 0.5,
        EnvMistake.ObservationIsNull => null!,
        EnvMistake.NanObservation => state * double.NaN,
        _ => state.clone(),
    };

    public EnvStep Step(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        var step = Compute(state, action);
        Tensor[] all = [step.NextState, step.Observation, step.Reward, step.Terminated, step.Fault];
        foreach (var tensor in all.Distinct())
        {
            bool mine = tensor is { IsInvalid: false } && !ReferenceEquals(tensor, state);
            if (mine) tensor!.MoveToOuterDisposeScope();
        }
        return step;
    }

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        using var scope = torch.NewDisposeScope();
        var reward = RewardOf(action, nextState);
        if (mistake == EnvMistake.EvaluateDisagrees) reward = RewardOf(action, state);
        if (mistake == EnvMistake.OutcomeRewardAsColumn) reward = reward.unsqueeze(1);
        return new Outcome(
            nextState.clone().MoveToOuterDisposeScope(), reward.MoveToOuterDisposeScope(),
            Ended(nextState).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
    }

    private static EnvSpec Describe(EnvMistake mistake)
    {
        string second = mistake switch
        {
            EnvMistake.DuplicateNames => "position",
            EnvMistake.EmptyName => "",
            _ => "velocity",
        };
        const double none = double.PositiveInfinity;
        var (low, high) = mistake switch
        {
            EnvMistake.UnboundedAction => (-1.0, none),
            EnvMistake.BoundsReversed => (1.0, -1.0),
            _ => (-1.0, 1.0),
        };
        return new EnvSpec
        {
            Id = mistake == EnvMistake.OtherId ? "test/another-v1" : MutantPlugin.Environment,
            State = mistake == EnvMistake.NoState ? new SpaceSpec([]) : SpaceSpec.Box(-none, none, "position", second),
            Observation = SpaceSpec.Box(-none, none, "position", "velocity") with { Blocks = Blocks(mistake) },
            Action = SpaceSpec.Box(low, high, "force"),
            ControlPeriod = mistake == EnvMistake.ControlPeriodZero ? 0 : Period,
            EpisodeLength = mistake == EnvMistake.EpisodeLengthZero ? 0 : 40,
            Gradient = new GradientCapability(
                mistake == EnvMistake.SurrogateGradient ? GradientKind.Surrogate : GradientKind.Exact, 1e-4),
        };
    }

    private static SpaceBlock[] Blocks(EnvMistake mistake) => mistake switch
    {
        EnvMistake.BlocksOverlap => [new("both", 0, [2]), new("second", 1, [1])],
        EnvMistake.BlockTooLong => [new("both", 0, [2, 2])],
        _ => [new("both", 0, [1, 2])],
    };

    private EnvStep Compute(Tensor state, Tensor action)
    {
        if (mistake == EnvMistake.NoGradient)
        {
            using var quiet = torch.no_grad();
            return Move(state, action);
        }
        if (mistake == EnvMistake.LeaksTensors) Leaked.Add((state * 2).DetachFromDisposeScope());
        if (mistake == EnvMistake.ChangesItsInput)
        {
            using var quiet = torch.no_grad();
            action.add_(0.01);
        }
        return Move(
            mistake == EnvMistake.DetachedFromState ? state.detach() : state,
            mistake == EnvMistake.DetachedFromAction ? action.detach() : action);
    }

    private EnvStep Move(Tensor state, Tensor action)
    {
        calls++;
        var force = action.clamp(-1, 1);
        if (mistake is EnvMistake.WrongGradient or EnvMistake.SurrogateGradient) force = (3 * force) - (2 * force.detach());
        if (mistake == EnvMistake.KeepsHistory) force = force * (1 + (0.1 * (calls % 7)));
        if (mistake == EnvMistake.ComputesInFloat64) (state, force) = (state.@double(), force.@double());
        var velocity = state.narrow(1, 1, 1) + (Period * force);
        var next = torch.cat([state.narrow(1, 0, 1) + (Period * velocity), velocity], 1);
        if (mistake == EnvMistake.NextStateTransposed) next = next.t().contiguous().t();
        if (mistake == EnvMistake.ReturnsItsInput) next = state;
        var reward = Reward(action, next);
        if (mistake == EnvMistake.RewardDetachedFromAction)
        {
            // the same value, of which the action is no part
            var held = state.narrow(1, 1, 1) + (Period * force.detach());
            reward = RewardOf(action.detach(), torch.cat([state.narrow(1, 0, 1) + (Period * held), held], 1));
        }
        var step = new EnvStep(next, ObservationOf(next), reward, Terminated(next), Fault(next));
        if (mistake == EnvMistake.RewardIsDisposed) reward.Dispose();
        return step;
    }

    private Tensor ObservationOf(Tensor next) => mistake switch
    {
        EnvMistake.ReturnsSameObjectTwice => next,
        EnvMistake.ObservationOfStepTooSmall => next.narrow(1, 0, 1).clone(),
        _ => next.clone(),
    };

    private Tensor Reward(Tensor action, Tensor next)
    {
        var seen = mistake == EnvMistake.RewardDetached ? next.detach() : next;
        var force = mistake == EnvMistake.RewardDetached ? action.detach() : action;
        var reward = RewardOf(force, seen);
        switch (mistake)
        {
            case EnvMistake.RewardAsColumn: return reward.unsqueeze(1);
            case EnvMistake.RewardOneElement: return reward.mean().reshape(1);
            case EnvMistake.RewardAsFloat64: return reward.@double();
            case EnvMistake.RewardBatchMean: return reward.mean().expand_as(reward).clone();
            case EnvMistake.NanRewardInOneLane:
                return reward.masked_fill(torch.arange(reward.shape[0]) == 1, float.NaN);
            default: return reward;
        }
    }

    private Tensor Terminated(Tensor next)
    {
        var ended = Ended(next);
        return mistake switch
        {
            EnvMistake.TerminatedAsFloat => ended.@float(),
            EnvMistake.TerminatedOneElement => ended.any().reshape(1),
            EnvMistake.TerminatedAsColumn => ended.unsqueeze(1),
            _ => ended,
        };
    }

    private Tensor Fault(Tensor next)
    {
        var finite = torch.isfinite(next.detach()).all(1);
        var fault = finite.logical_not().to(torch.ScalarType.Int32);
        return mistake switch
        {
            EnvMistake.FaultAsBool => finite.logical_not(),
            EnvMistake.FaultAsInt64 => fault.to(torch.ScalarType.Int64),
            EnvMistake.FaultExpanded => torch.zeros(1, torch.ScalarType.Int32).expand(next.shape[0]),
            _ => fault,
        };
    }

    // closer, slower and with less force is better
    private static Tensor RewardOf(Tensor action, Tensor next) =>
        1 - next.select(1, 0).square() - (0.1 * next.select(1, 1).square())
        - (0.01 * action.clamp(-1, 1).select(1, 0).square());

    private static Tensor Ended(Tensor next) => next.detach().select(1, 0).abs() > 5;

    private sealed class ReversedChart : IStateChart
    {
        private readonly EuclideanChart flat = new(2);

        public int TangentSize => 2;

        public int FeatureSize => 2;

        public Tensor Features(Tensor state) => flat.Features(state);

        public Tensor Difference(Tensor from, Tensor to) => flat.Difference(to, from);

        public Tensor Integrate(Tensor state, Tensor tangent) => flat.Integrate(state, tangent);
    }
}
