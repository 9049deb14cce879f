using MbMix.Hosting;
using MbMix.Sim.Stub;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace MbMix.Tests.Learning;

/// <summary>An algorithm can be judged by the optimum of a task instead of by another algorithm.</summary>
public sealed class ShacReachesTheOptimum
{
    private const int Starts = 256;

    [Fact]
    public void Of_the_linear_quadratic_task_within_five_percent()
    {
        var services = new ServiceCollection().AddMbMix().AddSimStub().AddShac();
        var sessions = services.BuildServiceProvider().GetRequiredService<TrainingSessions>();
        using var session = sessions.Create(LinearQuadratic.Id, "mbmix/shac-v1", seed: 1);
        var (before, best) = Returns(session);
        while (!session.Finished) session.Iterate();
        double after = Returns(session).Earned;
        string returns = $"{before:F2} before, {after:F3} after training, the best is {best:F3}";
        TestContext.Current.TestOutputHelper?.WriteLine(returns);
        Assert.True(before < 3 * best && after > 1.05 * best && after < best, returns);
    }

    /// <summary>The mean return of the policy and the best one, from the same start states.</summary>
    private static (double Earned, double Best) Returns(TrainingSession session)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var env = session.Env;
        var state = env.Reset([.. Enumerable.Range(0, Starts).Select(lane => new LaneKey(77, lane, 0))]);
        float[] starts = state.data<float>().ToArray();
        double best = starts.Chunk(3).Average(s => LinearQuadraticOptimum.Return([s[0], s[1], s[2]])), earned = 0;
        for (int t = 0; t < env.Spec.EpisodeLength; t++)
        {
            var step = env.Step(state, session.Policy.Act(env.Observe(state, torch.zeros(Starts, 2))));
            earned += step.Reward.mean().item<float>();
            state = step.NextState;
        }
        return (earned, best);
    }
}
