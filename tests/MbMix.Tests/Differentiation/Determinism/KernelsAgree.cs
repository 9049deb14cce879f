using System.Numerics;
using System.Runtime.Intrinsics;
using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>Every way of executing a program gives the same bits.</summary>
public sealed class KernelsAgree
{
    public static TheoryData<VectorWidth> Widths => new(VectorWidth.Bits128, VectorWidth.Bits256, VectorWidth.Bits512);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Interpreted_and_compiled_floats_are_bitwise_equal(VectorWidth width) => Compare<float>(width);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Interpreted_and_compiled_doubles_are_bitwise_equal(VectorWidth width) => Compare<double>(width);

    [Theory]
    [InlineData("cartpole")]
    [InlineData("ant")] // contacts that no lane of a block needs are skipped
    [InlineData("snu-humanoid")]
    [InlineData("fetch")]
    [InlineData("grasp")]
    public void A_lane_does_not_depend_on_its_neighbors_or_its_place(string task)
    {
        const int B = 50;
        var environment = Tasks.Make(task, randomStart: true);
        var l = new ControlStepLayout(environment);
        var engine = new Engines<float>(environment);
        (int s, int a) = (l.StateSize, l.ActionSize);
        float[] state = new float[B * s], action = Numbers<float>(4, B * a), dNext = Numbers<float>(5, B * s), dReward = Numbers<float>(6, B);
        var start = new double[s];
        for (int lane = 0; lane < B; lane++)
        {
            environment.Reset(new LaneKey(1, lane, 0), start);
            if (task != "cartpole") start[1] -= 0.5 * lane / B; // the last ones are deep in the ground
            for (int i = 0; i < s; i++) state[(lane * s) + i] = (float)start[i];
        }
        var all = engine.Forward(B, state, action);
        var back = engine.Backward(B, all.Tape, dNext, null, dReward);
        for (int lane = 0; lane < B; lane += 7)
        {
            Range own = (lane * s)..((lane + 1) * s), ownAction = (lane * a)..((lane + 1) * a);
            var one = engine.Forward(1, state[own], action[ownAction]);
            Assert.Equal(all.Next[own], one.Next);
            var oneBack = engine.Backward(1, one.Tape, dNext[own], null, [dReward[lane]]);
            Assert.Equal(back.dState[own], oneBack.dState);
            Assert.Equal(back.dAction[ownAction], oneBack.dAction);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_tape_with_fewer_states_gives_the_same_bits(int substeps)
    {
        const int B = 37;
        var full = new Engines<float>(new EveryOperation());
        var schedule = new EveryOperation().Schedule with { SubstepsPerCheckpoint = substeps };
        var sparse = new Engines<float>(new EveryOperation { Schedule = schedule });
        float[] state = Numbers<float>(1, B * 3), action = Numbers<float>(2, B);
        var (a, b) = (full.Forward(B, state, action), sparse.Forward(B, state, action));
        Assert.True(b.Tape.Length < a.Tape.Length);
        Assert.Equal(a.Next, b.Next);
        float[] dn = Numbers<float>(3, B * 3), dob = Numbers<float>(4, B * 2), dr = Numbers<float>(5, B);
        var (x, y) = (full.Backward(B, a.Tape, dn, dob, dr), sparse.Backward(B, b.Tape, dn, dob, dr));
        Assert.Equal(x.dState, y.dState);
        Assert.Equal(x.dAction, y.dAction);
    }

    [Fact]
    public void A_checkpoint_interval_that_does_not_divide_the_step_is_refused()
    {
        var schedule = new EveryOperation().Schedule with { SubstepsPerCheckpoint = 4 };
        var dynamics = new EveryOperation { Schedule = schedule };
        string message = Assert.Throws<InvalidOperationException>(() => new Engines<float>(dynamics)).Message;
        Assert.Contains("SubstepsPerCheckpoint in Schedule is 4; a divisor of the 6 substeps", message);
    }

    [Fact]
    public void A_lane_that_explodes_is_flagged_and_leaves_the_others_untouched()
    {
        var engine = new Engines<float>(new CartPoleSwingUp(new DiffRlOptions()));
        float[] state = Numbers<float>(3, 20 * 4), action = Numbers<float>(4, 20);
        var healthy = engine.Forward(20, state, action);
        state[(5 * 4) + 2] = float.NaN;
        state[(9 * 4) + 3] = 1e30f;
        action[11] = float.PositiveInfinity;
        var ill = engine.Forward(20, state, action);
        for (int lane = 0; lane < 20; lane++)
        {
            int expected = lane is 5 or 9 ? FaultCode.StateNotFinite : lane == 11 ? FaultCode.ActionNotFinite : FaultCode.None;
            Assert.Equal(expected, ill.Fault[lane]);
            if (expected == FaultCode.None) Assert.Equal(healthy.Next[(lane * 4)..((lane * 4) + 4)], ill.Next[(lane * 4)..((lane * 4) + 4)]);
        }
    }

    private static void Compare<T>(VectorWidth width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // without fused multiply-add in hardware the compiler's own emulation need not agree
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Fma.IsSupported || Vector128.IsHardwareAccelerated, "no SIMD on this machine");
        foreach (ITracedDynamics dynamics in new ITracedDynamics[] { new EveryOperation(), new CartPoleSwingUp(new DiffRlOptions()) })
        {
            const int B = 37;
            var l = new ControlStepLayout(dynamics);
            var compiled = new Engines<T>(dynamics, new KernelOptions { Width = width, Interpret = false });
            var interpreted = new Engines<T>(dynamics, new KernelOptions { Interpret = true });
            T[] state = Numbers<T>(1, B * l.StateSize), action = Numbers<T>(2, B * l.ActionSize);
            var (a, b) = (compiled.Forward(B, state, action), interpreted.Forward(B, state, action));
            Assert.Equal(b.Next, a.Next);
            Assert.Equal(b.Observation, a.Observation);
            Assert.Equal(b.Reward, a.Reward);
            Assert.Equal(b.Terminated, a.Terminated);
            T[] dn = Numbers<T>(3, B * l.StateSize), dob = Numbers<T>(4, B * l.ObservationSize), dr = Numbers<T>(5, B);
            var (x, y) = (compiled.Backward(B, a.Tape, dn, dob, dr), interpreted.Backward(B, b.Tape, dn, dob, dr));
            Assert.Equal(y.dState, x.dState);
            Assert.Equal(y.dAction, x.dAction);
        }
    }

    private static T[] Numbers<T>(int seed, int count)
        where T : INumberBase<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating((random.NextDouble() * 4) - 2))];
    }
}
