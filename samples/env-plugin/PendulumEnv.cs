using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.Pendulum;

/// <summary>
/// A massless rod of 1 m with 1 kg at its end, driven by a motor at the joint. The dynamics are ordinary torch
/// operations, so <c>backward()</c> works without further code.
/// </summary>
internal sealed class PendulumEnv(PendulumOptions options) : IPredictiveEnv
{
    public const string Id = "samples/pendulum-swingup-v1";
    private const double Gravity = 9.81;
    private const int Substeps = 5;
    private const double SubstepSeconds = 0.01;

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([new Dimension("angle", "rad"), new Dimension("velocity", "rad/s")]),
        Observation = new SpaceSpec([
            new Dimension("cos_angle", "1", -1, 1),
            new Dimension("sin_angle", "1", -1, 1),
            new Dimension("velocity", "rad/s"),
        ]),
        Action = SpaceSpec.Box(-1, 1, "motor"),
        ControlPeriod = Substeps * SubstepSeconds,
        EpisodeLength = 200,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-5),
    };

    public IStateChart Chart { get; } = new PendulumChart();

    // hanging down, up to half a radian off and half a radian per second fast
    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = new float[lanes.Length * 2];
        for (int i = 0; i < lanes.Length; i++)
        {
            state[2 * i] = (float)(Math.PI + Uniform(lanes[i], 0) - 0.5);
            state[2 * i + 1] = (float)(Uniform(lanes[i], 1) - 0.5);
        }
        return tensor(state, [lanes.Length, 2]);
    }

    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        Expect(state, 2, "state");
        return Chart.Features(state);
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        Expect(state, 2, "state");
        Expect(action, 1, "action");
        using var scope = NewDisposeScope();
        var angle = state.select(1, 0);
        var velocity = state.select(1, 1);
        var torque = action.select(1, 0).clamp(-1, 1) * options.Torque;

        // semi-implicit Euler: the angle advances with the new velocity, which keeps the energy bounded
        for (int i = 0; i < Substeps; i++)
        {
            velocity = velocity + SubstepSeconds * (Gravity * angle.sin() + torque - options.Damping * velocity);
            angle = angle + SubstepSeconds * velocity;
        }
        var next = stack([angle, velocity], 1);
        var outcome = Evaluate(state, action, next);
        return new EnvStep(
            next.MoveToOuterDisposeScope(),
            outcome.Observation.MoveToOuterDisposeScope(),
            outcome.Reward.MoveToOuterDisposeScope(),
            outcome.Terminated.MoveToOuterDisposeScope(),
            Faults(next, action).MoveToOuterDisposeScope());
    }

    // 1 for standing upright and still; less for tilt, speed and effort
    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        Expect(nextState, 2, "next state");
        using var scope = NewDisposeScope();
        Tensor angle = nextState.select(1, 0), velocity = nextState.select(1, 1);
        // of the torque that the motor gives, which is limited
        var effort = action.select(1, 0).clamp(-1, 1).square();
        var reward = angle.cos() - 0.01 * velocity.square() - 0.01 * effort;
        return new Outcome(
            Observe(nextState, action).MoveToOuterDisposeScope(),
            reward.MoveToOuterDisposeScope(),
            zeros(nextState.shape[0], ScalarType.Bool).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
    }

    private static Tensor Faults(Tensor next, Tensor action)
    {
        using var scope = NewDisposeScope();
        var badAction = action.isfinite().all(1).logical_not();
        var badState = next.isfinite().all(1).logical_not();
        var codes = where(
            badAction, FaultCode.ActionNotFinite, where(badState, FaultCode.StateNotFinite, FaultCode.None));
        return codes.to(ScalarType.Int32).MoveToOuterDisposeScope();
    }

    // a number in [0, 1) that depends on nothing but the key and the draw, mixed as in SplitMix64
    private static double Uniform(LaneKey key, int draw)
    {
        ulong z = 0;
        foreach (ulong part in (ReadOnlySpan<ulong>)[(ulong)key.Seed, (ulong)key.Lane, (ulong)key.Episode, (ulong)draw])
        {
            z = (z ^ part) + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
        }
        return (z >> 11) * Math.ScaleB(1, -53);
    }

    private static void Expect(Tensor tensor, int width, string what)
    {
        if (tensor.dim() == 2 && tensor.shape[1] == width && tensor.dtype == ScalarType.Float32) return;
        throw new MbMixException(
            $"{Id}: the {what} is {tensor.dtype} [{string.Join(", ", tensor.shape)}], expected Float32 [B, {width}].");
    }
}
