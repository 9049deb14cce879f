using System.Numerics;
using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Gradient;

/// <summary>The cart-pole against the simulator it must be equal to.</summary>
public sealed class CartPoleReference
{
    private const int Lanes = 4;

    private static CartPoleSwingUp Task => new(new DiffRlOptions());

    [Fact]
    public void Positions_follow_the_reference_for_sixty_steps()
    {
        var engine = new Engines<float>(Task);
        var state = States<float>("deterministic", "q0", "qd0");
        double worst = 0;
        for (int t = 0; t < 60; t++)
        {
            state = engine.Forward(Lanes, state, Values<float>(Reference.CartPole.At("actions", t))).Next;
            double[] q = Reference.CartPole.At("deterministic", "q", t);
            for (int i = 0; i < q.Length; i++) worst = Math.Max(worst, Math.Abs(state[(i / 2 * 4) + (i % 2)] - q[i]));
        }
        Assert.True(worst < 1e-5, $"largest |q| difference {worst:G3}");
    }

    [Fact]
    public unsafe void Observation_and_reward_of_reference_states_agree()
    {
        var engine = new ControlStepEngine<float>(Task);
        double worstObservation = 0, worstReward = 0;
        byte* ended = stackalloc byte[Lanes];
        int* fault = stackalloc int[Lanes];
        for (int t = 0; t < 60; t++)
        {
            float[] next = States<float>("deterministic", ("q", t), ("qd", t)), action = Values<float>(Reference.CartPole.At("actions", t));
            float[] observation = new float[Lanes * 5], reward = new float[Lanes];
            fixed (float* n = next, a = action, o = observation, r = reward) engine.Evaluate(Lanes, n, a, n, o, r, ended, fault);
            double[] expected = Reference.CartPole.At("deterministic", "obs", t), rewards = Reference.CartPole.At("deterministic", "reward", t);
            for (int i = 0; i < expected.Length; i++) worstObservation = Math.Max(worstObservation, Math.Abs(observation[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i])));
            for (int i = 0; i < Lanes; i++) worstReward = Math.Max(worstReward, Math.Abs(reward[i] - rewards[i]) / Math.Abs(rewards[i]));
        }
        Assert.True(worstObservation < 1e-6, $"observation off by {worstObservation:G3}");
        Assert.True(worstReward < 1e-5, $"reward off by {worstReward:G3} of itself");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Float_gradients_of_eight_step_returns_agree(int window) => Check<float>(window, 1e-3);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Double_gradients_of_eight_step_returns_agree(int window) => Check<double>(window, 1e-4);

    [Fact]
    public void The_substeps_of_the_first_control_step_agree()
    {
        // one substep at a time, the factor of the mass matrix kept from the start, as the reference did
        var task = Task;
        var start = States<double>("deterministic", "q0", "qd0").AsSpan(0, 4).ToArray();
        Real[] state = [.. start.Select(x => (Real)x)], action = [Reference.CartPole.At("actions", 0)[0]];
        var carry = new Real[task.Layout.CarrySize];
        task.Refresh<Real>(state, action, carry);
        for (int step = 0; step < 4; step++)
        {
            var next = new Real[4];
            task.Substep<Real>(state, action, carry, next);
            state = next;
            double[] q = Reference.CartPole.At("first_control_step_substeps_env0", step, "q"), qd = Reference.CartPole.At("first_control_step_substeps_env0", step, "qd");
            Assert.Equal(q[0], state[0].Value, 1e-6);
            Assert.Equal(q[1], state[1].Value, 1e-6);
            Assert.Equal(qd[0], state[2].Value, 1e-6);
            Assert.Equal(qd[1], state[3].Value, 1e-6);
        }
    }

    [Fact]
    public void The_mass_matrix_agrees()
    {
        var body = new ArticulatedBody(RobotDescription.Load("cartpole"));
        var m = body.MassMatrix<Real>([0, -Math.PI]);
        double[] expected = Reference.CartPole.At("first_control_step_substeps_env0", 0, "H");
        Assert.Equal(expected[0] + 0.01, m[0, 0].Value, 1e-4);
        Assert.Equal(expected[1], m[1, 0].Value, 1e-5);
        Assert.Equal(expected[3] + 0.01, m[1, 1].Value, 1e-5);
    }

    private static void Check<T>(int window, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var engine = new Engines<T>(Task);
        int start = (int)Reference.CartPole.At("deterministic", "gradients", window, "start_step")[0];
        var actions = Enumerable.Range(start, 8).Select(t => Values<T>(Reference.CartPole.At("actions", t))).ToArray();
        var state = new T[Lanes * 4];
        double[] q = Reference.CartPole.At("deterministic", "gradients", window, "q"), qd = Reference.CartPole.At("deterministic", "gradients", window, "qd");
        Interleave(q, qd, state);
        var (_, toState, toActions) = engine.Gradient(Lanes, state, actions);

        double[] dq = Reference.CartPole.At("deterministic", "gradients", window, "d_q"), dqd = Reference.CartPole.At("deterministic", "gradients", window, "d_qd");
        double[] da = Reference.CartPole.At("deterministic", "gradients", window, "d_actions");
        for (int lane = 0; lane < Lanes; lane++)
        {
            double D(int i) => double.CreateTruncating(toState[(lane * 4) + i]);
            AssertClose("d_q", lane, [D(0), D(1)], dq[(lane * 2)..((lane * 2) + 2)], limit);
            AssertClose("d_qd", lane, [D(2), D(3)], dqd[(lane * 2)..((lane * 2) + 2)], limit);
            AssertClose("d_actions", lane, [.. toActions.Select(a => double.CreateTruncating(a[lane]))], [.. Enumerable.Range(0, 8).Select(t => da[(t * Lanes) + lane])], limit);
        }
    }

    private static void AssertClose(string block, int lane, double[] actual, double[] expected, double limit)
    {
        double error = Math.Sqrt(actual.Zip(expected, (a, e) => (a - e) * (a - e)).Sum() / expected.Sum(e => e * e));
        Assert.True(error < limit, $"{block} of environment {lane}: relative L2 error {error:G3}, limit {limit}");
    }

    private static T[] Values<T>(double[] values)
        where T : INumberBase<T> => [.. values.Select(T.CreateTruncating)];

    private static T[] States<T>(string part, string q, string qd)
        where T : unmanaged, INumberBase<T>
    {
        var state = new T[Lanes * 4];
        Interleave(Reference.CartPole.At(part, q), Reference.CartPole.At(part, qd), state);
        return state;
    }

    private static T[] States<T>(string part, (string Name, int Step) q, (string Name, int Step) qd)
        where T : unmanaged, INumberBase<T>
    {
        var state = new T[Lanes * 4];
        Interleave(Reference.CartPole.At(part, q.Name, q.Step), Reference.CartPole.At(part, qd.Name, qd.Step), state);
        return state;
    }

    private static void Interleave<T>(double[] q, double[] qd, T[] state)
        where T : INumberBase<T>
    {
        for (int i = 0; i < q.Length; i++)
        {
            state[(i / 2 * 4) + (i % 2)] = T.CreateTruncating(q[i]);
            state[(i / 2 * 4) + 2 + (i % 2)] = T.CreateTruncating(qd[i]);
        }
    }
}
