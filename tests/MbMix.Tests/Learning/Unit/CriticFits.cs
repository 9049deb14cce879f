using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>The critic's fit without tensors against the same steps as torch operations.</summary>
public sealed class CriticFits
{
    [Fact]
    public void A_fit_takes_the_steps_that_torch_takes()
    {
        using var scope = NewDisposeScope();
        var (observations, targets) = Data();
        using var reference = Critic(null);
        var adam = new Adam(reference.Parameters, 0.7, 0.95);
        var network = new Mlp(7, [20, 12], 1, Activation.Elu, true);
        var (loss, norm) = (0.0, 0.0);
        for (int pass = 0; pass < 3; pass++)
        {
            for (int at = 0; at < 300; at += 100)
            {
                var values = network.Forward(observations.narrow(0, at, 100), reference.Parameters.Trainable).squeeze(1);
                var error = nn.functional.mse_loss(values, targets.narrow(0, at, 100));
                Backward.Run(error);
                loss += error.item<float>() / 9;
                norm += adam.Step(1e-3, 1).GradientNorm / 9;
            }
        }
        using var fitted = Critic(null);
        var report = Fit(fitted, observations, targets);
        Assert.Equal(loss, report.Loss, 1e-5 * loss);
        Assert.Equal(norm, report.GradientNorm, 1e-4 * norm);
        float[] expected = reference.Parameters.Values.ToArray(), actual = fitted.Parameters.Values.ToArray();
        // nine steps of 1e-3: a wrong gradient would be off by as much
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 5e-5f);
    }

    [Fact]
    public void It_is_the_same_with_one_and_two_workers()
    {
        using var scope = NewDisposeScope();
        using var workers = new HostSharedWorkers(2);
        var (observations, targets) = Data();
        using ValueNetwork one = Critic(null, 64), two = Critic(workers, 64);
        Assert.Equal(Fit(one, observations, targets), Fit(two, observations, targets));
        Assert.Equal(one.Parameters.Values.ToArray(), two.Parameters.Values.ToArray());
        Assert.True(workers.Runs >= 9, $"only {workers.Runs} updates were shared");
    }

    [Fact]
    public void It_makes_no_tensors_and_next_to_no_garbage()
    {
        using var scope = NewDisposeScope();
        var (observations, targets) = Data();
        using var critic = Critic(null);
        using var envs = new VectorEnv(new LearningPointMass(), 1, 0);
        var clock = new PhaseClock(envs);
        var flags = new RolloutFlags(30, 10);
        var fit = new CriticFit(critic, new Adam(critic.Parameters, 0.7, 0.95), 3, 3, 1);
        fit.Run(observations, targets, flags, 1e-3, clock);
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount, bytes = GC.GetAllocatedBytesForCurrentThread();
        fit.Run(observations, targets, flags, 1e-3, clock);
        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        // nine updates
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - bytes, 0, 9 * 512);
    }

    private static (Tensor Observations, Tensor Targets) Data()
    {
        var random = new CounterRandom(1, "data");
        return (random.NormalTensor(0, 300, 7), random.NormalTensor(1, 300));
    }

    private static ValueNetwork Critic(IWorkers? workers, int width = 20) =>
        new(new Mlp(7, [width, 12], 1, Activation.Elu, true), Initialization.Orthogonal, new CounterRandom(1, "critic"), workers);

    private static CriticFitReport Fit(ValueNetwork critic, Tensor observations, Tensor targets)
    {
        using var envs = new VectorEnv(new LearningPointMass(), 1, 0);
        return new CriticFit(critic, new Adam(critic.Parameters, 0.7, 0.95), 3, 3, 1).Run(observations, targets, new RolloutFlags(30, 10), 1e-3, new PhaseClock(envs));
    }
}
