using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Gradient;

/// <summary>Backward passes compared with central differences in double precision.</summary>
public sealed class TracedGradients
{
    [Fact]
    public void Eight_step_returns_of_the_cart_pole_agree_with_central_differences()
    {
        const int B = 32, H = 8;
        const double h = 1e-5;
        var engine = new Engines<double>(new CartPoleSwingUp(new DiffRlOptions()));
        var random = new Random(5);
        double[] state = [.. Enumerable.Range(0, B * 4).Select(i => (random.NextDouble() - 0.5) * (i % 4 == 1 ? 6 : 2))];
        var actions = Enumerable.Range(0, H).Select(_ => Enumerable.Range(0, B).Select(_ => (random.NextDouble() * 1.8) - 0.9).ToArray()).ToArray();
        var (_, dState, dActions) = engine.Gradient(B, state, actions);

        // one direction at a time for all lanes, because lanes do not influence each other
        double[] Returns() => Enumerable.Range(0, H).Aggregate((S: state, R: new double[B]), (x, t) =>
        {
            var step = engine.Forward(B, x.S, actions[t]);
            return (step.Next, [.. x.R.Zip(step.Reward, (a, b) => a + b)]);
        }).R;
        double Worst(double[] target, int stride, int offset, Func<int, double> exact)
        {
            for (int lane = 0; lane < B; lane++) target[(lane * stride) + offset] += h;
            var up = Returns();
            for (int lane = 0; lane < B; lane++) target[(lane * stride) + offset] -= 2 * h;
            var down = Returns();
            for (int lane = 0; lane < B; lane++) target[(lane * stride) + offset] += h;
            return Enumerable.Range(0, B).Max(lane => Math.Abs(((up[lane] - down[lane]) / (2 * h)) - exact(lane)) / Math.Max(1, Math.Abs(exact(lane))));
        }
        for (int i = 0; i < 4; i++) Assert.InRange(Worst(state, 4, i, lane => dState[(lane * 4) + i]), 0, 1e-6);
        for (int t = 0; t < H; t++) Assert.InRange(Worst(actions[t], 1, 0, lane => dActions[t][lane]), 0, 1e-6);
    }

    [Fact]
    public void Every_operation_has_the_derivative_of_its_value()
    {
        var engine = new Engines<double>(new EveryOperation());
        var random = new Random(2);
        const int B = 64;
        const double h = 1e-6;
        double[] state = [.. Enumerable.Range(0, B * 3).Select(_ => (random.NextDouble() * 4) - 2)];
        double[] action = [.. Enumerable.Range(0, B).Select(_ => (random.NextDouble() * 2) - 1)];
        double[] ones = [.. Enumerable.Repeat(1.0, B * 3)];
        var forward = engine.Forward(B, state, action);
        var (dState, dAction) = engine.Backward(B, forward.Tape, ones, null, null);
        for (int i = 0; i < 4; i++)
        {
            double[] Sums(double d)
            {
                double[] s = [.. state], a = [.. action];
                for (int lane = 0; lane < B; lane++)
                {
                    if (i < 3) s[(lane * 3) + i] += d;
                    else a[lane] += d;
                }
                var next = engine.Forward(B, s, a).Next;
                return [.. Enumerable.Range(0, B).Select(lane => next[lane * 3] + next[(lane * 3) + 1] + next[(lane * 3) + 2])];
            }
            double[] up = Sums(h), down = Sums(-h);
            for (int lane = 0; lane < B; lane++)
            {
                double difference = (up[lane] - down[lane]) / (2 * h), exact = i < 3 ? dState[(lane * 3) + i] : dAction[lane];
                Assert.True(Math.Abs(difference - exact) < 2e-7 * Math.Max(1, Math.Abs(exact)), $"lane {lane}, input {i}: {exact} against {difference}");
            }
        }
    }

    [Fact]
    public void The_side_that_is_not_selected_leaks_no_infinity_into_the_gradient()
    {
        // sqrt at 0 has an infinite derivative; the branch is guarded, as the documentation of IScalar asks
        var engine = new Engines<double>(new GuardedRoot());
        var forward = engine.Forward(2, [0, 4], [0, 0]);
        var (dState, _) = engine.Backward(2, forward.Tape, [1, 1], null, null);
        Assert.Equal([0, 2], forward.Next);
        Assert.Equal([0, 0.25], dState);
    }
}
