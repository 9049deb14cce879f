using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Stub;

/// <summary>
/// A linear system with quadratic cost: x' = A x + B u, reward -(x'ᵀ Q x' + uᵀ R u), over a finite horizon. The numbers
/// and the optimum are in <see cref="LinearQuadraticOptimum"/>.
/// </summary>
internal sealed class LinearQuadratic : ITracedEnvironment
{
    public const string Id = "stub/linear-quadratic-v1";

    private static readonly double[,] A = LinearQuadraticOptimum.A, B = LinearQuadraticOptimum.B;
    private static readonly double[,] Q = LinearQuadraticOptimum.Q, R = LinearQuadraticOptimum.R;

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([new("first", "1"), new("second", "1"), new("third", "1")]),
        Observation = new SpaceSpec([new("first", "1"), new("second", "1"), new("third", "1")]),
        Action = SpaceSpec.Box(
            -LinearQuadraticOptimum.ActionBound, LinearQuadraticOptimum.ActionBound, "first input", "second input"),
        ControlPeriod = 0.1,
        EpisodeLength = LinearQuadraticOptimum.Horizon,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new EuclideanChart(3);

    // uniform in the cube [-1, 1]^3
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[3];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        for (int i = 0; i < state.Length; i++) state[i] = (2 * u[i]) - 1;
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < next.Length; i++) next[i] = Row(A, i, state) + Row(B, i, action);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => state.CopyTo(observation);

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T cost = 0;
        for (int i = 0; i < nextState.Length; i++) cost += nextState[i] * Row(Q, i, nextState);
        for (int i = 0; i < action.Length; i++) cost += action[i] * Row(R, i, action);
        // the task never ends early
        return (-cost, (T)0 > 0);
    }

    private static T Row<T>(double[,] matrix, int row, ReadOnlySpan<T> vector)
        where T : struct, IScalar<T>
    {
        T sum = 0;
        for (int j = 0; j < vector.Length; j++) sum += (T)matrix[row, j] * vector[j];
        return sum;
    }
}
