using MbMix.Algo.DreamerV3;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Learning;

/// <summary>DreamerV3 learns what follows what: rewards, actions and observations belong to the right steps.</summary>
public sealed class DreamerLearns
{
    [Fact]
    public void The_world_model_knows_which_reward_belongs_to_a_state_and_what_an_action_does()
    {
        var options = new DreamerV3Options
        {
            BatchSize = 8,
            BatchLength = 10,
            Deter = 32,
            Blocks = 2,
            Hidden = 16,
            Units = 16,
            Layers = 1,
            Latents = 8,
            LearningRate = 3e-3,
            WarmupUpdates = 20,
        };
        using var scope = torch.NewDisposeScope();
        using var env = new ParityEnv();
        using var envs = new VectorEnv(env, 8, 1);
        using var parts = new DreamerV3Parts(options, env.Spec, 1);
        var replay = new SequenceReplay(4000, 8, Recorder.Columns(env.Spec));
        var recorder = new Recorder(envs, replay, env.Spec);
        var random = new CounterRandom(1, "test");
        var observation = envs.BeginWindow();
        for (int t = 0; t < 200; t++)
        {
            // -1 or 1
            var action = random.UniformTensor(t, 8, 1).mul_(2).floor_().mul_(2).sub_(1);
            recorder.Acted(observation, action);
            var step = envs.Step(action);
            recorder.Stepped(step);
            observation = step.Observation;
        }
        envs.EndWindow();
        for (int i = 0; i < 500; i++)
        {
            using var inner = torch.NewDisposeScope();
            var batch = new SequenceBatch(replay.Sample(options.BatchSize, options.BatchLength, random, 1000 + i));
            var states = parts.Model.Observe(batch, random.UniformTensor(5000 + i, batch.Steps, batch.Sequences, options.Latents));
            var l = parts.Model.Losses(batch, states);
            Backward.Run(l.Reconstruction + l.Reward + l.Continue + l.Dynamics + l.Representation * 0.1);
            parts.Step();
        }

        // an episode by hand: reward t at the observation (t, last action)
        Tensor h = torch.zeros(2, options.Deter), z = torch.zeros(2, options.Latents * options.Classes), last = torch.zeros(2, 1);
        float[] actions = [1, 1, -1, 1, -1, -1];
        for (int t = 0; t < actions.Length; t++)
        {
            var seen = torch.cat([torch.full([2, 1], (float)t), last], 1);
            (h, z) = parts.Model.Follow(seen, h, z, last, null);
            Assert.Equal(t, parts.Model.Predict(torch.cat([h, z], 1)).Reward[0].item<float>(), 0.35);

            // both actions imagined, without their observations
            var both = TensorSpans.From([1, -1], 2, 1);
            var weights = parts.Model.Core.Arrange(parts.Model.Parameters.Frozen);
            var (h2, z2) = parts.Model.Imagine(weights, h, z, both, torch.full([2, options.Latents], 0.5f));
            var next = parts.Model.Decode(torch.cat([h2, z2], 1));
            Assert.True(next[0, 1].item<float>() > 0.3 && next[1, 1].item<float>() < -0.3, $"{t}: {next[0, 1].item<float>()}, {next[1, 1].item<float>()}");
            Assert.Equal(t + 1, parts.Model.Predict(torch.cat([h2, z2], 1)).Reward[0].item<float>(), 0.5);
            last = torch.full([2, 1], actions[t]);
        }
    }

    [Fact]
    public void An_episode_of_L_steps_has_L_and_one_records()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var envs = new VectorEnv(env, 1, 0);
        var replay = new SequenceReplay(100, 1, Recorder.Columns(env.Spec));
        var recorder = new Recorder(envs, replay, env.Spec);
        var observation = envs.BeginWindow();
        for (int t = 0; t < 6; t++)
        {
            recorder.Acted(observation, torch.full([1, 1], 7f + t));
            var step = envs.Step(torch.zeros(1, 1));
            recorder.Stepped(step);
            observation = step.Observation;
        }
        envs.EndWindow();
        var records = replay.Sample(1, 8, new CounterRandom(1, "test"), 0);
        float[] Column(int c) => records[c].Values<float>().ToArray();
        Assert.Equal([0, 1, 2, 3, 100, 101, 102, 103], Column(0));
        Assert.Equal([7, 8, 9, 0, 10, 11, 12, 0], Column(1));
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0], Column(3));
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 1], Column(4));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0], Column(5));
    }

    [Fact]
    public void The_reconstruction_of_a_pendulum_improves_by_four_fifths()
    {
        // within 400 updates of a small world model
        using var env = new SwingEnv();
        using var optimizer = DreamerV3Plugin.Create(Small(), LearningOptimizers.Context(env, 1, 20_000));
        double first = double.NaN, last = double.NaN;
        for (int i = 0; i < 60; i++)
        {
            var report = optimizer.Iterate(CancellationToken.None);
            last = report.Metrics.Single(m => m.Name == "loss/reconstruction").Value;
            if (double.IsNaN(first)) first = last;
            if (report.Costs.PolicyUpdates >= 400) break;
        }
        Assert.True(last < 0.2 * first, $"{first} -> {last}");
    }

    [Fact]
    public void The_action_that_pays_is_taken()
    {
        // every episode is one step long, and the reward is -a
        using var env = new DownhillEnv();
        var options = Small();
        options.TrainRatio = 16;
        using var optimizer = DreamerV3Plugin.Create(options, LearningOptimizers.Context(env, 1, 20_000));
        for (int i = 0; i < 60; i++) optimizer.Iterate(CancellationToken.None);
        var action = new float[1];
        optimizer.Policy.Act([0], action);
        Assert.InRange(action[0], -1, -0.7);
    }

    private static DreamerV3Options Small() => new()
    {
        Environments = 8,
        Horizon = 8,
        TrainRatio = 16,
        BatchSize = 8,
        BatchLength = 16,
        ImaginationStarts = 4,
        ImaginationHorizon = 5,
        Deter = 32,
        Blocks = 2,
        Hidden = 16,
        Units = 16,
        Layers = 1,
        Latents = 8,
        LearningRate = 2e-3,
        WarmupUpdates = 20,
    };

    private sealed class DownhillEnv : CountingEnv
    {
        public override EnvSpec Spec { get; } = new BanditEnv().Spec;

        public override Tensor Reset(ReadOnlySpan<LaneKey> lanes) => torch.zeros(lanes.Length, 1);

        protected override Tensor Next(Tensor state) => state.clone();

        protected override Tensor Reward(Tensor action) => -action.squeeze(1);
    }

    /// <summary>Observes the time and the last action; the reward is the time.</summary>
    private sealed class ParityEnv : IDifferentiableEnv
    {
        public EnvSpec Spec { get; } = new()
        {
            Id = "test/parity-v1",
            State = new SpaceSpec([new Dimension("time", "1"), new Dimension("action", "1")]),
            Observation = new SpaceSpec([new Dimension("time", "1"), new Dimension("action", "1")]),
            Action = SpaceSpec.Box(-1, 1, "sign"),
            ControlPeriod = 1,
            EpisodeLength = 8,
            Gradient = GradientCapability.None,
        };

        public IStateChart Chart { get; } = new EuclideanChart(2);

        public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => torch.zeros(lanes.Length, 2);

        public Tensor Observe(Tensor state, Tensor lastAction) => state.clone();

        public EnvStep Step(Tensor state, Tensor action)
        {
            var next = torch.stack([state.select(1, 0) + 1, action.select(1, 0)], 1);
            int rows = (int)state.shape[0];
            return new EnvStep(
                next, next.clone(), next.select(1, 0).clone(), torch.zeros(rows, torch.ScalarType.Bool), torch.zeros(rows, torch.ScalarType.Int32));
        }

        public void Dispose()
        {
        }
    }
}
