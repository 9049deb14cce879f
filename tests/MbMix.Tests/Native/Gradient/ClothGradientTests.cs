using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Derivatives of cloth in double precision against central differences, over times in which its motion is not yet
/// chaotic; and the gradients that are made to stay small.
/// </summary>
public sealed class ClothGradientTests
{
    private const double H = 1e-6;

    [Fact]
    public void Forty_substeps_agree_with_central_differences()
    {
        var engine = new Engines<double>(new Excerpt(new ClothOptions()));
        var random = new Random(3);
        int smooth = 0, states = 0;
        foreach (int phase in (int[])[100, 400, 1200, 1700])
        {
            double[] state = Excerpt.Moving(random, phase), action = [0.45, 0, 0.3, 0.5, 0, 0.6];
            int s = state.Length;
            var step = engine.Forward(1, state, action);
            var (dState, dAction) = engine.Backward(1, step.Tape, new double[s], null, [1]);
            for (int sample = 0; sample < 25; sample++, states++)
            {
                // along a random direction of one particle, the gripper and the action: in a direction of all
                // particles one of five hundred is always at a corner
                int moved = random.Next((s - 5) / 6);
                double[] ds = [.. state.Select((_, i) =>
                    i >= s - 5 ? (i < s - 2 ? random.NextDouble() - 0.5 : 0)
                    : i / 3 % ((s - 5) / 6) == moved ? random.NextDouble() - 0.5 : 0)];
                double[] da = [.. action.Select(_ => random.NextDouble() - 0.5)];
                double exact = ds.Zip(dState, (a, b) => a * b).Sum() + da.Zip(dAction, (a, b) => a * b).Sum();
                double At(double h) => engine.Forward(
                    1, [.. state.Zip(ds, (x, d) => x + (h * d))], [.. action.Zip(da, (x, d) => x + (h * d))]).Reward[0];
                // steps much smaller than the speed that keeps friction smooth
                double Difference(double h) => (At(h) - At(-h)) / (2 * h);
                double near = Difference(1e-8), scale = Math.Max(1, Math.Abs(near));
                // where steps of three sizes disagree there is a corner: a particle that begins to touch
                double[] others = [Difference(3e-9), Difference(3e-8)];
                if (others.Any(other => Math.Abs(near - other) > 3e-6 * scale)) continue;
                smooth++;
                Assert.Equal(near, exact, 1e-5 * scale);
            }
        }
        Assert.True(smooth >= 75, $"{smooth} of {states} were smooth");
    }

    [Fact]
    public void Stable_gradients_leave_the_motion_as_it_is_and_stay_small_over_a_whole_step()
    {
        var world = new ClothTask(ClothTaskTraits.FoldOnce, Plain(ClothGradients.True));
        var stable = new ClothTask(ClothTaskTraits.FoldOnce, Plain(ClothGradients.Stable));
        var start = new double[world.Spec.State.Size];
        world.Reset(new LaneKey(0, 0, 0), start);
        double[] action = [0.494, 0, 0.4, 0.5, 0, 0.5];
        var (a, b) = (new Engines<double>(world), new Engines<double>(stable));
        var (x, y) = (a.Forward(1, start, action), b.Forward(1, start, action));

        // the same equations, rounded differently, so crumpled cloth differs a little
        Assert.Equal(x.Reward[0], y.Reward[0], 0.01);
        var (_, truly) = a.Backward(1, x.Tape, null, null, [1]);
        var (_, stably) = b.Backward(1, y.Tape, null, null, [1]);
        Assert.True(Math.Abs(truly[5]) > 1e6, $"{truly[5]}");
        Assert.InRange(Math.Abs(stably[5]), 0.5, 10);

        // over a centimeter the return rises as the stable gradient says, along the way to the goal
        double Return(double z) => b.Forward(1, start, [0.494, 0, 0.4, 0.5, 0, z]).Reward[0];
        double slope = (Return(0.51) - Return(0.49)) / 0.02;
        Assert.InRange(stably[5] / slope, 0.7, 1.4);
    }

    [Fact]
    public void Distances_of_clouds_and_probes_have_the_derivative_of_their_value()
    {
        var random = new Random(4);
        double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        double[] goal = Numbers(3 * 40), points = Numbers(3 * 30);
        foreach (ILaneFunction function in (ILaneFunction[])[new NearestDistances(goal, 30), new NearestPoint(29)])
        {
            double[] value = new double[1], dPoints = new double[90];
            function.Pullback<double>(points, [1], dPoints, 1);
            for (int i = 0; i < points.Length; i++)
            {
                double At(double h)
                {
                    double[] moved = [.. points];
                    moved[i] += h;
                    function.Evaluate<double>(moved, value, 1);
                    return value[0];
                }
                Assert.Equal((At(H) - At(-H)) / (2 * H), dPoints[i], 1e-6);
            }
        }
        // by hand: both clouds of two points, each nearest to its like
        var distances = new double[1];
        new NearestDistances([0, 0, 0, 1, 0, 0], 2).Evaluate<double>([0, 0.3, 0, 1, 0, 0.6], distances, 1);
        Assert.Equal((0.3 + 0.6) / Math.Sqrt(3), distances[0], 12);
    }

    [Fact]
    public void Normalized_gradients_have_the_length_of_one_part_of_the_particles()
    {
        double[] d = [3, 0, 0, 0, 4, 0], result = new double[6];
        var function = new NormalizedGradient(2);
        function.Pullback<double>(new double[6], d, result, 1);
        Assert.Equal([0.3, 0, 0, 0, 0.4, 0], result.Select(x => Math.Round(x, 12)));
        function.Pullback<double>(new double[6], new double[6], result, 1);
        Assert.All(result, x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData(ClothGradients.True, GradientKind.Exact)]
    [InlineData(ClothGradients.Stable, GradientKind.Surrogate)]
    [InlineData(ClothGradients.Normalized, GradientKind.Surrogate)]
    public void Gradients_that_are_not_those_of_the_step_are_declared(ClothGradients gradients, GradientKind kind) =>
        Assert.Equal(kind, new ClothTask(ClothTaskTraits.FoldOnce, Plain(gradients)).Spec.Gradient.Kind);

    private static ClothOptions Plain(ClothGradients gradients) =>
        new() { RandomStart = false, Discounted = false, Gradients = gradients };

    /// <summary>Forty substeps of a step, from any point of it.</summary>
    private sealed class Excerpt(ClothOptions options) : ITracedDynamics
    {
        private readonly ClothTask task = new(ClothTaskTraits.FoldOnce, options);

        public EnvSpec Spec => task.Spec;

        public ControlSchedule Schedule { get; } = new()
        {
            CarrySize = 4,
            Refreshes = 2,
            SubstepsPerRefresh = 20,
            SubstepsPerCheckpoint = 20,
        };

        /// <summary>A cloth in motion above and on the table, with the gripper in it.</summary>
        public static double[] Moving(Random random, int progress)
        {
            var task = new ClothTask(ClothTaskTraits.FoldOnce, new ClothOptions());
            var state = new double[task.Spec.State.Size];
            task.Reset(new LaneKey(1, 0, 0), state);
            int gripper = state.Length - 5, n = gripper / 6;
            for (int i = 0; i < n; i++)
            {
                // slightly stretched, so that nothing buckles
                state[3 * i] *= 1.01;
                state[(3 * i) + 1] = (0.02 * random.NextDouble()) + (i % 2 == 0 ? 0.01 : -0.021);
                state[(3 * i) + 2] *= 1.01;
                for (int k = 0; k < 3; k++) state[(3 * n) + (3 * i) + k] = 0.1 * (random.NextDouble() - 0.5);
            }
            (state[gripper], state[gripper + 1], state[gripper + 2]) = (state[300], state[301] + 0.002, state[302]);
            state[gripper + 3] = progress;
            return state;
        }

        public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
            where T : struct, IScalar<T> => task.Refresh(state, action, carry);

        public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
            where T : struct, IScalar<T> => task.Substep(state, action, carry, next);

        public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
            where T : struct, IScalar<T> => task.Observe(state, lastAction, observation);

        public (T Reward, Mask<T> Terminated) Reward<T>(
            ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
            where T : struct, IScalar<T> => task.Reward(state, action, nextState);
    }
}
