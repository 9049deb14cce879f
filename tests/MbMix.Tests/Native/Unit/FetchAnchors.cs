using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Fetch stands, moves and is rewarded as an independent re-implementation of Brax v1's does.</summary>
public sealed class FetchAnchors
{
    private readonly Fetch task = new(new BraxOptions());

    [Fact]
    public void It_stands_as_high_as_measured()
    {
        var state = BraxRuns.Start(task);
        Assert.Equal(1.375, state[2].Value, 1e-12);
        double total = 0, gap = 0;
        for (int step = 1; step <= 1000; step++)
        {
            (state, double reward) = BraxRuns.Step(task, state, new Real[10]);
            total += reward;
            gap = Math.Max(gap, BraxRuns.Gaps(task.World, task.Layout.Bodies<Real>(state)).Max());
            if (step == 1) Assert.Equal(1.373, state[2].Value, 5e-4);
            if (step == 300) Assert.Equal(1.372, state[2].Value, 5e-4);
        }
        var bodies = task.Layout.Bodies<Real>(state);
        Assert.Equal(1, bodies[0].Orientation.ToMatrix().Row2.Z, 5e-4);
        Assert.InRange(BraxRuns.Angles(task.World, bodies).Max(Math.Abs), 0, 0.5);
        Assert.Equal(0.013, BraxRuns.Length(bodies[0].Velocity), 5e-4);
        Assert.InRange(gap, 0.001, 0.0039);
        Assert.Equal(4.75, total, 0.01);
    }

    [Fact]
    public void Full_random_torques_pull_joints_apart_by_centimeters_not_more()
    {
        double gap = 0, angle = 0, height = 0;
        for (int seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            var state = BraxRuns.Start(task);
            for (int step = 0; step < 200; step++)
            {
                (state, _) = BraxRuns.Step(task, state, BraxRuns.RandomAction(task, random));
                var bodies = task.Layout.Bodies<Real>(state);
                gap = Math.Max(gap, BraxRuns.Gaps(task.World, bodies).Max());
                angle = Math.Max(angle, BraxRuns.Angles(task.World, bodies).Max(Math.Abs));
                height = Math.Max(height, state[2]);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"gap {gap} m, angle {angle} degrees, height {height} m");
        Assert.InRange(gap, 0.02, 0.06);
        Assert.InRange(angle, 59, 65);
        Assert.InRange(height, 1.37, 1.6);
    }

    [Fact]
    public void An_observation_is_in_the_axes_of_the_torso()
    {
        var state = BraxRuns.Start(task);
        double[] start = BraxRuns.Observe(task, state);
        Assert.Equal(101, start.Length);
        Assert.Equal([1, 0, 0, 0, 0, 1], start[..6]);
        double x = state[task.Layout.Target], y = state[task.Layout.Target + 1];
        double distance = Math.Sqrt((x * x) + (y * y) + (0.375 * 0.375));
        Close([distance, x / distance, y / distance, -0.375 / distance], start[6..10]);
        Close([0, 0, 0, 1, 0, 0, -1, 0, 0, 1, -0.875, -0.375], start[10..22]);
        Close([0, 0, -1.375, x, y, -0.375], start[43..49]);
        Assert.All(start[49..], v => Assert.Equal(0, v));

        // the same dog, turned by a quarter to the left, seen from itself: only the target and the origin turn
        var turned = Turned(state, new Quaternion<Real>(new(0, 0, Math.Sqrt(0.5)), Math.Sqrt(0.5)));
        turned[7] = 2;
        double[] left = BraxRuns.Observe(task, turned);
        Close([0, 1, 0, 0, 0, 1], left[..6]);
        Close([y / distance, -x / distance], left[7..9]);
        Close(start[10..43], left[10..43]);
        Close([0, -2, 0], left[49..52]);
    }

    [Fact]
    public void Feet_that_hit_the_ground_are_marked()
    {
        var state = BraxRuns.Start(task);
        for (int body = 0; body < 11; body++) state[(body * 13) + 2] += 0.05;
        int marked = 0;
        for (int step = 0; step < 10; step++)
        {
            (state, _) = BraxRuns.Step(task, state, new Real[10]);
            double[] flags = BraxRuns.Observe(task, state)[88..];
            Assert.All(flags, f => Assert.True(f is 0 or 1));
            marked += (int)(flags[4] + flags[6] + flags[8] + flags[10]);
            Assert.Equal(flags.Sum(), flags[4] + flags[6] + flags[8] + flags[10]);
        }
        Assert.True(marked >= 4, $"{marked} marks");
    }

    [Fact]
    public void Reaching_the_target_pays_once_and_moves_it_in_the_next_step()
    {
        var state = BraxRuns.Start(task, lane: 3);
        (state[task.Layout.Target], state[task.Layout.Target + 1]) = (1.5, 0.5);
        var (next, reward) = BraxRuns.Step(task, state, new Real[10]);
        double facing = 1.5 / Math.Sqrt((1.5 * 1.5) + (0.5 * 0.5) + (0.373 * 0.373));
        Assert.Equal(facing + 0.0047, reward, 2e-3);
        Assert.Equal(1, next[task.Layout.Hit].Value);
        Assert.Equal(1.5, next[task.Layout.Target].Value);

        var (later, nothing) = BraxRuns.Step(task, next, new Real[10]);
        Assert.InRange(nothing, 0, 0.01);
        Assert.Equal(0, later[task.Layout.Hit].Value);
        double x = later[task.Layout.Target], y = later[task.Layout.Target + 1];
        Assert.InRange(Math.Sqrt((x * x) + (y * y)), 2, 17);
        Assert.NotEqual(1.5, x);
        var (last, _) = BraxRuns.Step(task, later, new Real[10]);
        Assert.Equal(x, last[task.Layout.Target].Value);
    }

    [Fact]
    public void A_smooth_reward_is_half_at_the_surface_of_the_target_and_the_exact_one_away_from_it()
    {
        var smooth = new Fetch(new BraxOptions { SmoothHit = true });
        double[] at = [1.4, 1.9639, 2.6];
        double[] share = [1, 0.5, 0];
        for (int i = 0; i < at.Length; i++)
        {
            var state = BraxRuns.Start(task);
            (state[task.Layout.Target], state[task.Layout.Target + 1]) = (at[i], 0);
            (state[2], state[task.Layout.Target + 2]) = (1.375, 1);
            var (next, reward) = BraxRuns.Step(smooth, state, new Real[10]);
            double distance = Math.Sqrt((at[i] * at[i]) + Math.Pow(next[2] - 1, 2));
            double own = reward - (0.002 * (1 + next[2]));
            Assert.Equal(share[i] * at[i] / distance, own, 0.03);
        }
    }

    [Fact]
    public void Targets_are_spread_as_published_at_the_start_and_after_each_hit()
    {
        var draws = new TargetDraws(2, 15, 1, false);
        var u = new Real[] { 0.3, 0.8 };
        List<double> starts = [], distances = [], angles = [];
        for (int i = 0; i < 1000; i++)
        {
            var state = BraxRuns.Start(task, lane: i);
            starts.Add(Math.Sqrt(Math.Pow(state[task.Layout.Target], 2) + Math.Pow(state[task.Layout.Target + 1], 2)));
            draws.Advance((Real)1 > 0, u);
            var target = draws.Target<Real>(u);
            distances.Add(Math.Sqrt((target.X * target.X) + (target.Y * target.Y)));
            angles.Add(Math.Atan2(target.Y, target.X));
            Assert.Equal(1, target.Z.Value);
        }
        foreach (var all in (List<double>[])[starts, distances])
        {
            Assert.All(all, d => Assert.InRange(d, 2, 17));
            Assert.Equal(9.5, all.Average(), 0.5);
            Assert.Equal(15 / Math.Sqrt(12), Math.Sqrt(all.Average(d => Math.Pow(d - all.Average(), 2))), 0.3);
        }
        Assert.Equal(0, angles.Average(), 0.1);
        Assert.Equal(Math.PI / Math.Sqrt(3), Math.Sqrt(angles.Average(a => a * a)), 0.1);
    }

    // all bodies turned about the vertical through the torso
    private static Real[] Turned(Real[] state, Quaternion<Real> by)
    {
        var turned = (Real[])state.Clone();
        var torso = Vectors.Read<Real>(state);
        for (int body = 0; body < 11; body++)
        {
            var b = BodyState<Real>.From(state.AsSpan(body * 13));
            var moved = b with
            {
                Position = torso + (by.ToMatrix() * (b.Position - torso)),
                Orientation = by * b.Orientation,
            };
            moved.CopyTo(turned.AsSpan(body * 13));
        }
        return turned;
    }

    private static void Close(double[] expected, double[] actual) =>
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-9);
}
