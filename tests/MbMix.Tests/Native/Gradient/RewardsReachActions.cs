using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Gradient;

public sealed class RewardsReachActions
{
    [Fact]
    public void Every_reward_depends_on_its_own_action_and_on_earlier_ones()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, 3, seed: 1);
        envs.BeginWindow();
        var actions = new CounterRandom(1, "a").NormalTensor(0, 6, 3, 1).requires_grad_(true);
        var steps = actions.unbind(0);
        for (int t = 0; t < 6; t++)
        {
            Backward.Run(envs.Step(steps[t]).Reward.sum(), retainGraph: true);
            var gradient = actions.grad!.Values<float>();
            for (int b = 0; b < 3; b++)
            {
                Assert.NotEqual(0f, gradient[t * 3 + b]);
                if (t < 5) Assert.Equal(0f, gradient[(t + 1) * 3 + b]);
                if (t > 0) Assert.NotEqual(0f, gradient[b]);
            }
            actions.grad!.zero_();
        }
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(0.95, true)]
    [InlineData(0.0, false)]
    public void The_mix_decides_which_actions_of_a_segment_are_reached(double lambda, bool later)
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 4 };
        using var envs = new VectorEnv(env, 3, seed: 1);
        using var critic = new ValueNetwork(new Mlp(3, [8], 1, Activation.Elu, true), Initialization.Orthogonal, new CounterRandom(1, "v"));
        envs.BeginWindow();
        var actions = (new CounterRandom(1, "a").NormalTensor(0, 6, 3, 1) * 0.3).requires_grad_(true);
        var steps = actions.unbind(0);
        var flags = new RolloutFlags(6, 3);
        Tensor[] rewards = new Tensor[6], values = new Tensor[6];
        for (int t = 0; t < 6; t++)
        {
            var step = envs.Step(steps[t]);
            flags.Record(t, envs);
            rewards[t] = step.Reward;
            values[t] = critic.TargetValue(step.FinalObservation);
        }
        Backward.Run(MixObjective.Loss(stack(rewards), stack(values), flags, 0.99, lambda));
        var gradient = actions.grad!.Values<float>();
        // segments start at step 0 and, after the time limit, at step 4
        for (int t = 0; t < 6; t++)
        {
            for (int b = 0; b < 3; b++) Assert.Equal(later || t is 0 or 4, gradient[t * 3 + b] != 0);
        }
    }
}
