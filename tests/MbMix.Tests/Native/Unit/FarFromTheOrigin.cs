using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>
/// Runners get a hundred meters away, where twists and inertias about the world's origin are no numbers for single
/// precision.
/// </summary>
public sealed class FarFromTheOrigin
{
    [Theory]
    [InlineData("ant")]
    [InlineData("humanoid")]
    [InlineData("snu-humanoid")]
    public void Single_precision_steps_and_their_derivatives_by_actions_are_those_of_double(string task)
    {
        const int B = 8;
        var environment = Tasks.Make(task, randomStart: true);
        var l = new ControlStepLayout(environment);
        (int s, int a) = (l.StateSize, l.ActionSize);
        int twist = Tasks.Body(task).Positions;
        double[] state = new double[B * s], action = new double[B * a], dReward = new double[B];
        var random = new Random(3);
        for (int lane = 0; lane < B; lane++)
        {
            var one = state.AsSpan(lane * s, s);
            environment.Reset(new LaneKey(2, lane, 0), one);
            for (int i = 0; i < 3; i++) one[twist + i] = (random.NextDouble() * 6) - 3;

            Move(one, twist, 120, 15);
        }
        for (int i = 0; i < action.Length; i++) action[i] = (random.NextDouble() * 2) - 1;
        Array.Fill(dReward, 1);
        double[] AtTheStart(double[] all)
        {
            var moved = (double[])all.Clone();
            for (int lane = 0; lane < B; lane++) Move(moved.AsSpan(lane * s, s), twist, -120, -15);
            return moved;
        }
        static float[] Single(double[] x) => Array.ConvertAll(x, v => (float)v);

        // the double engine starts from what a float can hold
        state = Array.ConvertAll(Single(state), v => (double)v);
        action = Array.ConvertAll(Single(action), v => (double)v);
        var (single, exact) = (new Engines<float>(environment), new Engines<double>(environment));
        var (near, precise) = (single.Forward(B, Single(state), Single(action)), exact.Forward(B, state, action));
        var (back, trueBack) = (single.Backward(B, near.Tape, null, null, Single(dReward)), exact.Backward(B, precise.Tape, null, null, dReward));

        // an error of w is 120 times one of the twist's linear part: compare the velocity of the point below the start
        Assert.InRange(Error(AtTheStart(precise.Next), AtTheStart(Array.ConvertAll(near.Next, v => (double)v))), 0, 1e-4);
        Assert.InRange(Error(precise.Reward, Array.ConvertAll(near.Reward, v => (double)v)), 0, 1e-4);
        Assert.InRange(Error(trueBack.dAction, Array.ConvertAll(back.dAction, v => (double)v)), 0, 1e-3);
    }

    private static double Error(double[] expected, double[] actual)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++) (difference, size) = (difference + Math.Pow(expected[i] - actual[i], 2), size + Math.Pow(expected[i], 2));
        return Math.Sqrt(difference / size);
    }

    /// <summary>Moves a robot over the ground; the twist's linear part changes by -w x c.</summary>
    private static void Move(Span<double> state, int twist, double x, double z)
    {
        state[0] += x;
        state[2] += z;
        state[twist + 3] -= state[twist + 1] * z;
        state[twist + 4] -= (state[twist + 2] * x) - (state[twist] * z);
        state[twist + 5] += state[twist + 1] * x;
    }
}
