using System.Numerics;
using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Gradient;

/// <summary>The tasks against the simulator they must be equal to.</summary>
public sealed class DiffRlReference
{
    private const int Lanes = 4;

    [Theory]
    [InlineData("cartpole", 1e-5)]
    [InlineData("hopper", 1e-5)]
    [InlineData("ant", 5e-5)]
    public void Positions_follow_the_reference_for_sixty_steps(string task, double limit)
    {
        var (environment, reference) = (Tasks.Make(task), Reference.Of(task));
        var engine = new Engines<float>(environment);
        int size = environment.Spec.State.Size, positions = Tasks.Body(task).Positions;
        var state = States<float>(task, reference.At("deterministic", "q0"), reference.At("deterministic", "qd0"));
        double worst = 0;
        for (int t = 0; t < 60; t++)
        {
            state = engine.Forward(Lanes, state, Values<float>(reference.At("actions", t))).Next;
            double[] q = reference.At("deterministic", "q", t);
            for (int i = 0; i < q.Length; i++) worst = Math.Max(worst, Math.Abs(state[(i / positions * size) + (i % positions)] - q[i]));
        }
        Assert.True(worst < limit, $"largest |q| difference {worst:G3}, limit {limit}");
    }

    [Theory]
    [InlineData("cartpole")]
    [InlineData("hopper")]
    [InlineData("ant")]
    public unsafe void Observation_and_reward_of_reference_states_agree(string task)
    {
        var (environment, reference) = (Tasks.Make(task), Reference.Of(task));
        var engine = new ControlStepEngine<float>(environment);
        int size = environment.Spec.Observation.Size;
        double worstObservation = 0, worstReward = 0;
        byte* ended = stackalloc byte[Lanes];
        int* fault = stackalloc int[Lanes];
        for (int t = 0; t < 60; t++)
        {
            float[] next = States<float>(task, reference.At("deterministic", "q", t), reference.At("deterministic", "qd", t));
            float[] action = Values<float>(reference.At("actions", t)), observation = new float[Lanes * size], reward = new float[Lanes];
            fixed (float* n = next, a = action, o = observation, r = reward) engine.Outcome(Lanes, n, a, n, o, r, ended, fault);
            double[] expected = reference.At("deterministic", "obs", t), rewards = reference.At("deterministic", "reward", t);
            for (int i = 0; i < expected.Length; i++) worstObservation = Math.Max(worstObservation, Math.Abs(observation[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i])));
            // a reward of 0.001 is what terms of size 1 leave of each other: single precision has no more digits of it,
            // the reference's own included
            for (int i = 0; i < Lanes; i++) worstReward = Math.Max(worstReward, Math.Abs(reward[i] - rewards[i]) / Math.Max(0.01, Math.Abs(rewards[i])));
        }
        Assert.True(worstObservation < 1e-6, $"observation off by {worstObservation:G3}");
        Assert.True(worstReward < 1e-5, $"reward off by {worstReward:G3} of itself");
    }

    [Theory]
    [InlineData("cartpole", 0)]
    [InlineData("cartpole", 1)]
    [InlineData("hopper", 0)]
    [InlineData("hopper", 1)]
    [InlineData("ant", 0)]
    [InlineData("ant", 1)]
    public void Float_gradients_of_eight_step_returns_agree(string task, int window) => Check<float>(task, window, 1e-3);

    [Theory]
    [InlineData("cartpole", 0)]
    [InlineData("cartpole", 1)]
    [InlineData("hopper", 0)]
    [InlineData("hopper", 1)]
    [InlineData("ant", 0)]
    [InlineData("ant", 1)]
    public void Double_gradients_of_eight_step_returns_agree(string task, int window) => Check<double>(task, window, 1e-4);

    [Theory]
    [InlineData("cartpole")]
    [InlineData("hopper")]
    [InlineData("ant")]
    public void The_substeps_of_the_first_control_step_agree(string task)
    {
        // one substep at a time, the factor of the mass matrix kept from the start, as the reference did
        var (environment, reference) = (Tasks.Make(task), Reference.Of(task));
        int positions = Tasks.Body(task).Positions;
        Real[] state = [.. States<double>(task, reference.At("deterministic", "q0"), reference.At("deterministic", "qd0")).AsSpan(0, environment.Spec.State.Size).ToArray().Select(x => (Real)x)];
        Real[] action = [.. reference.At("actions", 0, 0).Select(x => (Real)x)];
        var carry = new Real[environment.Schedule.CarrySize];
        environment.Refresh<Real>(state, action, carry);
        for (int step = 0; step < environment.Schedule.Substeps; step++)
        {
            var next = new Real[state.Length];
            environment.Substep<Real>(state, action, carry, next);
            state = next;
            double[] q = reference.At("first_control_step_substeps_env0", step, "q"), qd = reference.At("first_control_step_substeps_env0", step, "qd");
            for (int i = 0; i < q.Length; i++) Assert.Equal(q[i], state[i].Value, 1e-5 * Math.Max(1, Math.Abs(q[i])));
            for (int i = 0; i < qd.Length; i++) Assert.Equal(qd[i], state[positions + i].Value, 1e-4 * Math.Max(1, Math.Abs(qd[i])));
        }
    }

    [Theory]
    [InlineData("cartpole")]
    [InlineData("hopper")]
    [InlineData("ant")]
    public void The_mass_matrix_of_the_start_agrees(string task)
    {
        var (body, reference) = (Tasks.Body(task), Reference.Of(task));
        int n = body.Velocities;
        // the state written down is that after the substep, the matrix that of its beginning
        Real[] q = [.. reference.At("deterministic", "q0", 0).Select(x => (Real)x)];
        var m = body.MassMatrix<Real>(q);
        double[] expected = reference.At("first_control_step_substeps_env0", 0, "H");
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < n; i++)
        {
            double armature = body.Robot.Links.Where((l, link) => body.VelocityOf(link) <= i && i < body.VelocityOf(link) + MbMix.Sim.Native.JointKinds.Velocities(l.Joint)).Single().Armature;
            for (int j = 0; j <= i; j++) Assert.Equal(expected[(i * n) + j] + (i == j ? armature : 0), m[i, j].Value, 1e-6 * scale);
        }
    }

    private static void Check<T>(string task, int window, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (environment, reference, body) = (Tasks.Make(task), Reference.Of(task), Tasks.Body(task));
        var engine = new Engines<T>(environment);
        int size = environment.Spec.State.Size, positions = body.Positions, actions = environment.Spec.Action.Size;
        double[] At(params object[] path) => reference.At(["deterministic", "gradients", window, .. path]);
        int start = (int)At("start_step")[0];
        var raw = Enumerable.Range(start, 8).Select(t => Values<T>(reference.At("actions", t))).ToArray();
        var (_, toState, toActions) = engine.Gradient(Lanes, States<T>(task, At("q"), At("qd")), raw);

        double[] dq = At("d_q"), dqd = At("d_qd"), da = At("d_actions");
        int velocities = size - positions;
        for (int lane = 0; lane < Lanes; lane++)
        {
            double[] own = [.. toState.AsSpan(lane * size, size).ToArray().Select(x => double.CreateTruncating(x))];
            double[] q = At("q").AsSpan(lane * positions, positions).ToArray();
            AssertClose("d_q", lane, Tangential(task, own[..positions], q), Tangential(task, dq.AsSpan(lane * positions, positions).ToArray(), q), limit);
            AssertClose("d_qd", lane, own[positions..], dqd.AsSpan(lane * velocities, velocities).ToArray(), limit);
            AssertClose(
                "d_actions",
                lane,
                [.. toActions.SelectMany(a => a.AsSpan(lane * actions, actions).ToArray()).Select(x => double.CreateTruncating(x))],
                [.. Enumerable.Range(0, 8).SelectMany(t => da.AsSpan(((t * Lanes) + lane) * actions, actions).ToArray())],
                limit);
        }
    }

    /// <summary>
    /// A gradient without its part along the torso's quaternion: how a map is continued off the unit sphere is a matter
    /// of formulas, and no state ever leaves it.
    /// </summary>
    private static double[] Tangential(string task, double[] gradient, double[] q)
    {
        if (Tasks.Body(task).Robot.Links[0].Joint != MbMix.Sim.Native.JointKind.Free) return gradient;
        double along = Enumerable.Range(3, 4).Sum(i => gradient[i] * q[i]) / Enumerable.Range(3, 4).Sum(i => q[i] * q[i]);
        return [.. gradient.Select((g, i) => i is >= 3 and < 7 ? g - (along * q[i]) : g)];
    }

    internal static void AssertClose(string block, int lane, double[] actual, double[] expected, double limit)
    {
        double error = Math.Sqrt(actual.Zip(expected, (a, e) => (a - e) * (a - e)).Sum() / expected.Sum(e => e * e));
        Assert.True(error < limit, $"{block} of environment {lane}: relative L2 error {error:G3}, limit {limit}");
    }

    private static T[] Values<T>(double[] values)
        where T : INumberBase<T> => [.. values.Select(T.CreateTruncating)];

    /// <summary>States of all lanes from positions and velocities of all lanes.</summary>
    private static T[] States<T>(string task, double[] q, double[] qd)
        where T : unmanaged, INumberBase<T>
    {
        int positions = Tasks.Body(task).Positions, velocities = qd.Length / Lanes, size = positions + velocities;
        var state = new T[Lanes * size];
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < positions; i++) state[(lane * size) + i] = T.CreateTruncating(q[(lane * positions) + i]);
            for (int i = 0; i < velocities; i++) state[(lane * size) + positions + i] = T.CreateTruncating(qd[(lane * velocities) + i]);
        }
        return state;
    }
}
