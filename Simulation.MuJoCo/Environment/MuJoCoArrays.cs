using System.Diagnostics;

namespace MbMix.Simulation.MuJoCo;

/// <summary>The environment in arrays. The tape of a step holds states, actions, next states and fault codes.</summary>
/// <param name="env">The environment.</param>
/// <param name="observesTask">Whether the task alone gives the observation of a state, without a simulation.</param>
internal sealed class MuJoCoArrays(MuJoCoEnv env, bool observesTask) : IArrayEnv<double>
{
    private readonly int states = env.Layout.StateSize;
    private readonly int actions = env.Range.Size;

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<LaneKey> lanes, Span<double> state) => env.Reset(lanes, state);

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, Span<double> observation)
    {
        int batch = state.Length / states, o = env.Spec.Observation.Size;
        if (!observesTask)
        {
            var observed = new double[batch * o];
            env.Observe(batch, state.ToArray(), lastAction.ToArray(), observed);
            observed.CopyTo(observation);
            return;
        }
        var clipped = new double[actions];
        for (int lane = 0; lane < batch; lane++)
        {
            env.Range.Clip(lastAction.Slice(lane * actions, actions), clipped);
            var snapshot = new TaskSnapshot(env.Layout, state.Slice(lane * states, states), clipped, data: null);
            env.Task.Observe(snapshot, observation.Slice(lane * o, o));
        }
    }

    /// <inheritdoc/>
    public void Step(
        ReadOnlySpan<double> state, ReadOnlySpan<double> action, ArrayStep<double> step, Span<double> tape)
    {
        int batch = step.Reward.Length;
        env.Forward(
            batch, state.ToArray(), action.ToArray(), step.NextState, step.Observation, step.Reward, step.Terminated,
            step.Fault);
        if (tape.IsEmpty) return;
        state.CopyTo(tape);
        action.CopyTo(tape[state.Length..]);
        step.NextState.CopyTo(tape[(state.Length + action.Length)..]);
        for (int lane = 0; lane < batch; lane++) tape[^(batch - lane)] = step.Fault[lane];
    }

    /// <inheritdoc/>
    public int TapeLength(int lanes) => lanes * ((2 * states) + actions + 1);

    /// <inheritdoc/>
    public void Backward(
        ReadOnlySpan<double> tape, ReadOnlySpan<double> dNextState, ReadOnlySpan<double> dReward,
        Span<double> dState, Span<double> dAction)
    {
        long start = Stopwatch.GetTimestamp();
        int batch = dReward.Length, s = batch * states, a = batch * actions;
        double[] before = tape[..s].ToArray(), taken = tape.Slice(s, a).ToArray();
        double[] next = tape.Slice(s + a, s).ToArray();
        int[] faults = Array.ConvertAll(tape[^batch..].ToArray(), code => (int)code);
        dState.Clear();
        dAction.Clear();
        env.PullBack(
            before, next, env.Difference(batch, before, taken, faults), dNextState, [], dReward, dState,
            dAction);
        env.Costs.BackwardSteps += batch;
        env.Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
