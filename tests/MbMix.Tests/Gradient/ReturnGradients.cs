using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Gradients of 8-step returns against central differences in double, along random directions of state and actions together, at states in and
/// out of contact. Contact has corners, so a state counts where differences of two step sizes agree; most must.
/// </summary>
public sealed class ReturnGradients
{
    private const int States = 200, Horizon = 8, Directions = 2;

    public static TheoryData<string> Names => new(Tasks.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_with_central_differences_wherever_those_agree_with_themselves(string task)
    {
        var environment = Tasks.Make(task, randomStart: true);
        var engine = new Engines<double>(environment);
        int size = environment.Spec.State.Size, actionSize = environment.Spec.Action.Size, n = size + (Horizon * actionSize);
        var random = new Random(11);
        double[][] actions = [.. Enumerable.Range(0, Horizon).Select(_ => Uniform(random, States * actionSize, 0.9))];
        double[] state = Sampled(environment, engine, random);
        var (_, toState, toActions) = engine.Gradient(States, state, actions);

        int qualified = 0, agreed = 0, corners = 0;
        double worst = 0;
        for (int k = 0; k < Directions; k++)
        {
            double[] ds = Uniform(random, state.Length, 1);
            double[][] da = [.. Enumerable.Range(0, Horizon).Select(_ => Uniform(random, States * actionSize, 1))];
            double h = 1e-6 / Math.Sqrt(n / 3.0); // the whole displacement is about 1e-6, however many components it has
            double[] coarse = Difference(engine, state, actions, ds, da, 2 * h), fine = Difference(engine, state, actions, ds, da, h), finest = Difference(engine, state, actions, ds, da, h / 50);
            for (int lane = 0; lane < States; lane++)
            {
                double exact = 0, square = 0, length = 0;
                void Add(double[] gradient, double[] direction, int width)
                {
                    for (int i = lane * width; i < (lane + 1) * width; i++)
                    {
                        exact += gradient[i] * direction[i];
                        square += gradient[i] * gradient[i];
                        length += direction[i] * direction[i];
                    }
                }
                Add(toState, ds, size);
                for (int t = 0; t < Horizon; t++) Add(toActions[t], da[t], actionSize);

                // what a random direction gives of a gradient of this length: a chance zero is no reason to divide by it
                double scale = Math.Max(Math.Abs(exact), 0.1 * Math.Sqrt(square * length / n));
                if (Math.Abs(coarse[lane] - fine[lane]) > 1e-6 * scale) continue;

                // a corner much closer than the step: both differences are the mean of its two sides, a finer one is not
                if (Math.Abs(finest[lane] - fine[lane]) > 1e-5 * scale)
                {
                    corners++;
                    continue;
                }
                qualified++;
                double error = Math.Abs(fine[lane] - exact) / scale;
                worst = Math.Max(worst, error);
                if (error < 1e-5) agreed++;
            }
        }
        double share = qualified / (double)(States * Directions);
        TestContext.Current.TestOutputHelper?.WriteLine($"{task}: {share:P1} of {States * Directions} qualify ({corners} more lie on a corner), worst relative error {worst:G3}");
        Assert.True(share >= 0.8, $"only {share:P1} of the states have differences that agree with themselves");
        Assert.True(agreed == qualified, $"{qualified - agreed} of {qualified} are off by more than 1e-5; the worst by {worst:G3}");
    }

    /// <summary>
    /// States after 1 to 49 steps of random actions: in the air, landing, lying. Not start states: the muscle humanoid's knees start exactly at
    /// their limit, a corner, where differences agree with themselves on the mean of both sides.
    /// </summary>
    private static double[] Sampled(ITracedEnvironment environment, Engines<double> engine, Random random)
    {
        int size = environment.Spec.State.Size;
        var state = new double[States * size];
        for (int lane = 0; lane < States; lane++) environment.Reset(new LaneKey(1, lane, 0), state.AsSpan(lane * size, size));
        for (int t = 0; t < 49; t++)
        {
            double[] next = engine.Forward(States, state, Uniform(random, States * environment.Spec.Action.Size, 1)).Next;
            for (int lane = 0; lane < States; lane++)
            {
                if (t <= lane % 5 * 12) next.AsSpan(lane * size, size).CopyTo(state.AsSpan(lane * size, size));
            }
        }
        return state;
    }

    private static double[] Difference(Engines<double> engine, double[] state, double[][] actions, double[] ds, double[][] da, double h)
    {
        double[] Returns(double step)
        {
            static double[] Moved(double[] x, double[] d, double step) => [.. x.Zip(d, (a, b) => a + (step * b))];
            double[] s = Moved(state, ds, step), sum = new double[States];
            for (int t = 0; t < Horizon; t++)
            {
                var next = engine.Forward(States, s, Moved(actions[t], da[t], step));
                s = next.Next;
                for (int lane = 0; lane < States; lane++) sum[lane] += next.Reward[lane];
            }
            return sum;
        }
        return [.. Returns(h).Zip(Returns(-h), (up, down) => (up - down) / (2 * h))];
    }

    private static double[] Uniform(Random random, int count, double bound) => [.. Enumerable.Range(0, count).Select(_ => ((random.NextDouble() * 2) - 1) * bound)];
}
