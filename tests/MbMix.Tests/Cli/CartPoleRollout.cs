using System.Text.Json;
using MbMix.Tests.Gradient;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>What <c>mbmix rollout</c> writes, against the reference simulator.</summary>
public sealed class CartPoleRollout : IDisposable
{
    private const int Lanes = 4;
    private const int Window = 8;
    private const string Part = "deterministic";

    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Positions_follow_the_reference_for_sixty_steps()
    {
        var rollout = Roll(States(Reference.CartPole.At(Part, "q0"), Reference.CartPole.At(Part, "qd0")), Actions(0, 60));
        double worst = 0;
        for (int t = 0; t < 60; t++)
        {
            double[] q = Reference.CartPole.At(Part, "q", t), state = rollout.At("steps", t, "state");
            Assert.Equal(Lanes * 4, state.Length);
            for (int i = 0; i < q.Length; i++) worst = Math.Max(worst, Math.Abs(state[(i / 2 * 4) + (i % 2)] - q[i]));
        }
        Assert.True(worst < 1e-5, $"largest |q| difference {worst:G3}");
    }

    [Theory]
    [InlineData("single", 0, 1e-3)]
    [InlineData("single", 1, 1e-3)]
    [InlineData("double", 0, 1e-4)]
    [InlineData("double", 1, 1e-4)]
    public void Gradients_of_eight_step_returns_agree(string precision, int window, double limit)
    {
        double[] At(string name) => Reference.CartPole.At(Part, "gradients", window, name);
        var rollout = Roll(States(At("q"), At("qd")), Actions((int)At("start_step")[0], Window), "--gradient", "--set", $"env.precision={precision}");
        double[] dq = At("d_q"), dqd = At("d_qd"), da = At("d_actions");
        for (int lane = 0; lane < Lanes; lane++)
        {
            double[] state = rollout.At("gradient", "state", lane);
            DiffRlReference.AssertClose("d_q", lane, state[..2], dq[(lane * 2)..((lane * 2) + 2)], limit);
            DiffRlReference.AssertClose("d_qd", lane, state[2..], dqd[(lane * 2)..((lane * 2) + 2)], limit);
            double[] Lane(Func<int, double> value) => [.. Enumerable.Range(0, Window).Select(value)];
            DiffRlReference.AssertClose("d_actions", lane, Lane(t => rollout.At("gradient", "actions", t, lane)[0]), Lane(t => da[(t * Lanes) + lane]), limit);
        }
    }

    private Reference Roll(double[][] states, double[][][] actions, params string[] more)
    {
        File.WriteAllText(mbmix["in.json"], JsonSerializer.Serialize(new { state = states, actions }));
        var result = mbmix.Run(["rollout", CartPoleRuns.Environment, "--state", "in.json", "--actions", "in.json", "--out", "out.json", .. more]);
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        return Reference.Read(mbmix["out.json"]);
    }

    // (x, theta, x', theta') per lane
    private static double[][] States(double[] q, double[] qd) =>
        [.. Enumerable.Range(0, Lanes).Select(lane => new[] { q[lane * 2], q[(lane * 2) + 1], qd[lane * 2], qd[(lane * 2) + 1] })];

    private static double[][][] Actions(int start, int count) =>
        [.. Enumerable.Range(start, count).Select(t => Reference.CartPole.At("actions", t).Select(a => new[] { a }).ToArray())];
}
