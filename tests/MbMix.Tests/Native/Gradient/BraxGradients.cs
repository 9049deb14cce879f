using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.TestKit;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Gradient;

/// <summary>Derivatives of the tasks after Brax v1, and how far single precision carries them.</summary>
public sealed class BraxGradients
{
    /// <summary>
    /// Position-based contact has corners: feet that touch or not, friction at its limit, joints at theirs. Away from
    /// them, derivatives are those of central differences.
    /// </summary>
    [Theory]
    [InlineData("fetch", false)]
    [InlineData("fetch", true)]
    [InlineData("grasp", false)]
    [InlineData("grasp", true)]
    public void Gradients_of_returns_of_four_steps_agree_with_central_differences(string name, bool smooth)
    {
        using var env = TracedEnv.Create(
            Make(name, smooth),
            new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        var settings = new ReturnGradientSettings
        {
            Lanes = 100,
            Horizon = 4,
            SmoothShare = 0.9,
            Log = line => TestContext.Current.TestOutputHelper?.WriteLine(line),
        };
        Certify.Sound(ReturnGradientCheck.Run(env, settings));
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("grasp")]
    public void Single_precision_steps_and_derivatives_are_those_of_double(string name)
    {
        const int B = 16;
        var task = Make(name, false);
        var l = new ControlStepLayout(task);
        (int s, int a) = (l.StateSize, l.ActionSize);
        var (single, exact) = (new Engines<float>(task), new Engines<double>(task));
        var random = new Random(5);
        double[] state = new double[B * s], action = new double[B * a], ones = new double[B];
        Array.Fill(ones, 1);
        for (int lane = 0; lane < B; lane++) task.Reset(new LaneKey(2, lane, 0), state.AsSpan(lane * s, s));
        for (int step = 0; step < 10; step++)
        {
            for (int i = 0; i < action.Length; i++) action[i] = (float)((random.NextDouble() * 2) - 1);
            state = Array.ConvertAll(exact.Forward(B, state, action).Next, v => (double)(float)v);
        }
        var (near, precise) = (single.Forward(B, Single(state), Single(action)), exact.Forward(B, state, action));
        var back = single.Backward(B, near.Tape, null, null, Single(ones));
        var trueBack = exact.Backward(B, precise.Tape, null, null, ones);
        double Error(double[] expected, float[] came) => Math.Sqrt(
            expected.Zip(came, (e, c) => Math.Pow(e - c, 2)).Sum() / expected.Sum(e => e * e));
        double[] errors =
        [
            Error(precise.Next, near.Next), Error(precise.Observation, near.Observation),
            Error(precise.Reward, near.Reward), Error(trueBack.dState, back.dState),
            Error(trueBack.dAction, back.dAction),
        ];
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {string.Join(", ", errors)}");
        Assert.All(errors[..3], e => Assert.InRange(e, 0, 1e-4));
        Assert.All(errors[3..], e => Assert.InRange(e, 0, 1e-2));
    }

    private static float[] Single(double[] x) => Array.ConvertAll(x, v => (float)v);

    private static BraxTask Make(string name, bool smooth) => name == "fetch"
        ? new Fetch(new BraxOptions { SmoothHit = smooth })
        : new Grasp(new GraspOptions { SmoothHit = smooth });
}
