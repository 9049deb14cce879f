using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Grasp starts, moves and is rewarded as published, and its scripted grasp lifts the ball.</summary>
public sealed class GraspAnchors
{
    private readonly Grasp task = new(new GraspOptions());

    [Fact]
    public void Links_start_where_they_should()
    {
        double[][] expected =
        [
            [0, 0, 1],
            [0, 2.25, 2.811], [0, 3.530, 2.280], [0, 4.061, 1.0],
            [0, -2.25, 2.811], [0, -3.530, 2.280], [0, -4.061, 1],
            [-2.25, 0, 2.811], [-3.530, 0, 2.280], [-4.061, 0, 1],
            [2.25, 0, 2.811], [3.530, 0, 2.280], [4.061, 0, 1],
            [0, 0, 3.311],
        ];
        var bodies = task.Layout.Bodies<Real>(BraxRuns.Start(task));
        Assert.Equal(expected.Length, bodies.Length);
        foreach (var (body, at) in bodies.Zip(expected))
        {
            var distance = body.Position - Vector3<Real>.From(at);
            Assert.Equal(0, BraxRuns.Length(distance), 1e-3);
        }
        Assert.All(BraxRuns.Gaps(task.World, bodies), gap => Assert.Equal(0, gap, 1e-12));
    }

    [Fact]
    public void The_scripted_grasp_lifts_the_ball_without_spinning_it()
    {
        var state = BraxRuns.Start(task);
        double reward = 0, gap = 0;
        for (int step = 0; step < 500; step++)
        {
            (state, double r) = BraxRuns.Step(task, state, Script(step));
            reward += r;
            gap = Math.Max(gap, BraxRuns.Gaps(task.World, task.Layout.Bodies<Real>(state)).Max());
        }
        var ball = task.Layout.Bodies<Real>(state)[GraspHand.Object];
        TestContext.Current.TestOutputHelper?.WriteLine($"height {ball.Position.Z} m, gap {gap} m, return {reward}");
        Assert.True(ball.Position.Z.Value > 1.36);
        Assert.InRange(Math.Abs(ball.Turning.Z), 0, 0.01);
        Assert.InRange(gap, 0, 0.5);
        Assert.InRange(reward, 5, 20);
    }

    [Fact]
    public void The_first_step_reaches_the_first_target_and_the_next_one_is_elsewhere()
    {
        var (next, reward) = BraxRuns.Step(task, BraxRuns.Start(task), new Real[39]);
        Assert.Equal(5, reward, 0.1);
        Assert.Equal(1, next[task.Layout.Hit].Value);
        Assert.Equal(1.1, next[task.Layout.Target + 2].Value);
        var (later, nothing) = BraxRuns.Step(task, next, new Real[39]);
        Assert.InRange(nothing, -0.5, 0.5);
        double x = later[task.Layout.Target], y = later[task.Layout.Target + 1];
        Assert.InRange(Math.Sqrt((x * x) + (y * y)), 1.1, 11.1);
        Assert.InRange(later[task.Layout.Target + 2].Value, 0, 8);
    }

    [Fact]
    public void The_palm_goes_a_share_of_the_way_and_takes_the_fingers_along()
    {
        var state = BraxRuns.Start(task);
        var action = new Real[39];
        (action[36], action[38]) = (1, -1);
        (state, _) = BraxRuns.Step(task, state, action);

        // 2 m of the way to (10, 0, 3.5), times 0.15
        double length = Math.Sqrt(100 + (0.189 * 0.189));
        Assert.Equal(0.3 * 10 / length, state[task.Layout.Places].Value, 1e-9);
        Assert.Equal(3.311 + (0.3 * 0.189 / length), state[task.Layout.Places + 2].Value, 1e-9);
        for (int step = 0; step < 150; step++) (state, _) = BraxRuns.Step(task, state, action);
        Assert.Equal(10, state[task.Layout.Places].Value, 1e-3);
        Assert.Equal(3.5, state[task.Layout.Places + 2].Value, 1e-3);

        // the proximal links of fingers three and four are 2.25 m to its sides, within their sag
        Assert.Equal(10 - 2.25, state[7 * 13].Value, 0.3);
        Assert.Equal(10 + 2.25, state[10 * 13].Value, 0.3);
    }

    [Fact]
    public void Only_the_thumb_is_paid_for_touching_unless_all_fingers_are()
    {
        var mended = new Grasp(new GraspOptions { RewardAllFingers = true });
        var state = BraxRuns.Start(task);
        double Paid(Grasp which, int body)
        {
            var next = (Real[])state.Clone();
            next[task.Layout.Flags + Array.IndexOf(task.Layout.Touching, body)] = 1;
            return which.Reward<Real>(state, new Real[39], next).Reward
                - which.Reward<Real>(state, new Real[39], state).Reward;
        }
        foreach (int tip in GraspHand.Distal)
        {
            Assert.Equal(tip == 3 ? 0.004 : 0, Paid(task, tip), 1e-12);
            Assert.Equal(0.004, Paid(mended, tip), 1e-12);
        }
        Assert.Equal(0, Paid(mended, GraspHand.Object), 1e-12);
    }

    [Fact]
    public void An_observation_is_in_the_published_order()
    {
        var state = BraxRuns.Start(task);
        for (int body = 0; body < 13; body++) state[(body * 13) + 7] = 1 + body;
        state[task.Layout.Target] = 3;
        double[] seen = BraxRuns.Observe(task, state);
        Assert.Equal(132, seen.Length);
        Close([2.311, 0, 0, -1], seen[..4]);

        // ground, object, thumb proximal, then the thumb's distal link before its middle one
        Close([0, 0, -3.311, 0, 0, -2.311, 0, 2.25, -0.5, 0, 4.061, -2.311, 0, 3.530, -1.030, 0, 0, 0], seen[8..26]);
        Close([3, 0, -2.211], seen[53..56]);
        double[] speeds = [.. Enumerable.Range(0, 16).Select(i => seen[56 + (3 * i)])];
        Close([0, 1, 2, 4, 3, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0], speeds);
        Close([0, 0, -2.311, 2, 0, 0, 0], seen[104..111]);
        double left = Math.Sqrt(9 + 0.01);
        Close([left, 3 / left, 0, 0.1 / left, 3 / left], seen[111..116]);
        Assert.All(seen[116..], flag => Assert.Equal(0, flag));

        static void Close(double[] expected, double[] actual) =>
            Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    // fingers close around the ball; after half of the time the palm is raised
    private static Real[] Script(int step)
    {
        double[] finger = [0.3, 0, 0, 1, 0, 0, 1, 0, 0];
        var action = new Real[39];
        for (int i = 0; i < 36; i++) action[i] = (i < 9 ? -1 : 1) * finger[i % 9];
        action[38] = step < 250 ? -1 : -1 + (0.5 * (step - 250) / 250);
        return action;
    }
}
