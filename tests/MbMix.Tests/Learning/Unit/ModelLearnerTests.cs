using MbMix.Learning;
using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>A dynamics model that is learned beside a training.</summary>
public sealed class ModelLearnerTests
{
    private const int Lanes = 4, Horizon = 5;

    [Theory]
    [InlineData(DerivativeTargets.None)]
    [InlineData(DerivativeTargets.Projected)]
    [InlineData(DerivativeTargets.Full)]
    public void It_goes_on_from_a_checkpoint_bit_for_bit(DerivativeTargets targets)
    {
        using Setup straight = new(targets), resumed = new(targets);
        for (int i = 0; i < 3; i++) straight.Learn();
        var checkpoint = new LearningCheckpoint();
        straight.Save(checkpoint);
        resumed.Load(checkpoint);
        Assert.Equal(straight.Learner.Updates, resumed.Learner.Updates);
        Assert.Equal(straight.Learner.Steps, resumed.Learner.Steps);
        Assert.Equal(straight.Learner.Ready, resumed.Learner.Ready);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(straight.Learn(), resumed.Learn());
            Assert.Equal(straight.Prediction(), resumed.Prediction());
        }
        LearningCheckpoint one = new(), other = new();
        straight.Save(one);
        resumed.Save(other);
        Assert.Equal(one.Entries.Keys.Order(), other.Entries.Keys.Order());
        Assert.All(one.Entries, entry => Assert.Equal(entry.Value, other.Entries[entry.Key]));
    }

    [Fact]
    public void A_model_is_used_after_its_warm_up_and_not_fitted_before_there_is_enough()
    {
        using var setup = new Setup(DerivativeTargets.Projected, minimum: (2 * Lanes * Horizon) - 1);
        var learner = setup.Learner;
        var (first, heldOut) = setup.Learn();
        Assert.True(double.IsNaN(first.Loss) && double.IsNaN(heldOut));
        Assert.Equal((false, 0L, 0L), (learner.Ready, learner.Updates, learner.Steps));

        // the second window is enough, and the whole warm-up is taken at once
        (var second, heldOut) = setup.Learn();
        Assert.True(double.IsFinite(second.Loss) && second.DerivativeError > 0 && double.IsNaN(heldOut));
        Assert.Equal((true, 7L), (learner.Ready, learner.Updates));
        (_, heldOut) = setup.Learn();
        Assert.Equal(7 + 3, learner.Updates);
        Assert.True(heldOut > 0);
        setup.Prediction();
        Assert.Equal(6, learner.Steps);
    }

    [Fact]
    public void A_model_that_is_not_learned_is_used_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPredictiveMass();
        using var model = new Standing();
        var learner = new ModelLearner(model, env, new ModelLearnerSettings(3, 7, 8, 100, 1000), 1000, 1);
        using var window = new Setup(DerivativeTargets.None);
        Assert.True(learner.Ready);
        Assert.True(double.IsNaN(learner.Learn(window.Roll(), 0).Loss));
        Assert.Equal(0, learner.Updates);
        var checkpoint = new LearningCheckpoint();
        learner.Save(checkpoint);
        learner.Load(checkpoint);
        Assert.True(learner.Ready);
    }

    [Fact]
    public void Random_directions_have_unit_length_before_they_are_scaled()
    {
        const int Size = 5, Rows = 300;
        float[] plain = new float[Rows * Size], scaled = new float[Rows * Size], again = new float[Rows * Size];
        var random = new CounterRandom(1, "directions");
        double[] spread = [1, 0.5, 10, 1e-3, 0];
        ProbeDirections.Fill(plain, DerivativeTargets.Projected, [1, 1, 1, 1, 1], random, 4);
        ProbeDirections.Fill(scaled, DerivativeTargets.Projected, spread, random, 4);
        ProbeDirections.Fill(again, DerivativeTargets.Projected, spread, random, 4);
        Assert.Equal(scaled, again);
        double[] mean = new double[Size];
        for (int row = 0; row < Rows; row++)
        {
            var direction = plain.AsSpan(row * Size, Size);
            double square = 0;
            for (int i = 0; i < Size; i++)
            {
                square += direction[i] * direction[i];
                mean[i] += direction[i] * direction[i] / Rows;

                // a component that never changes counts as one that changes by a millionth
                double expected = direction[i] / Math.Max(spread[i], 1e-6);
                Assert.Equal(expected, scaled[(row * Size) + i], 1e-6 * Math.Abs(expected));
            }
            Assert.Equal(1, square, 1e-5);
        }

        // no component is preferred
        Assert.All(mean, m => Assert.Equal(0.2, m, 0.05));
        ProbeDirections.Fill(again, DerivativeTargets.Projected, spread, random, 5);
        Assert.NotEqual(scaled, again);
    }

    [Fact]
    public void All_directions_are_the_rows_of_the_identity_scaled()
    {
        float[] directions = new float[2 * 3 * 3];
        ProbeDirections.Fill(directions, DerivativeTargets.Full, [1, 1, 1], new CounterRandom(1, "directions"), 0);
        float[] identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        Assert.Equal([.. identity, .. identity], directions);
        ProbeDirections.Fill(directions, DerivativeTargets.Full, [2, 0.5, 4], new CounterRandom(1, "directions"), 0);
        float[] expected = [0.5f, 0, 0, 0, 2, 0, 0, 0, 0.25f];
        Assert.Equal([.. expected, .. expected], directions);
    }

    [Theory]
    [InlineData(DerivativeTargets.None, 0)]
    [InlineData(DerivativeTargets.Projected, 4)]
    [InlineData(DerivativeTargets.Full, 9)]
    public void A_model_gets_as_many_directions_as_it_asks_for(DerivativeTargets targets, int expected)
    {
        var spec = new ModelSpec { Id = "test/model-v1", Learned = true, Derivatives = targets, Probes = 4 };
        Assert.Equal(expected, ProbeDirections.Count(spec, 9));
    }

    /// <summary>A policy that acts, a model that learns from what it sees.</summary>
    private sealed class Setup : IDisposable
    {
        private readonly LearningPredictiveMass env = new() { EpisodeLength = 7 };
        private readonly SobolevMlp model;
        private readonly ActorCritic agent;
        private readonly VectorEnv envs;
        private long draw;

        public Setup(DerivativeTargets targets, int minimum = 16)
        {
            var options = new SobolevMlpOptions
            {
                Hidden = [8],
                Derivatives = targets,
                Probes = 2,
                MinimumTransitions = minimum,
            };
            model = new SobolevMlp(options, Training.ModelContext(env, 1));
            envs = new VectorEnv(env, Lanes, 1);
            var shared = new ActorCriticOptions
            {
                Environments = Lanes,
                Horizon = Horizon,
                ActorHidden = [8],
                CriticHidden = [8],
            };
            agent = ActorCritic.Build(shared, env.Spec, 1, null, NullLogger.Instance);

            // 64 rows are fewer than are added
            Learner = new ModelLearner(model, env, new ModelLearnerSettings(3, 7, 8, 64, 1000), 10_000, 1);
        }

        public ModelLearner Learner { get; }

        public RolloutWindow Roll() => agent.Roll(
            envs, Horizon, new CounterRandom(1, "noise"), draw, keepTransitions: true, gradients: false);

        public (FitReport Fit, double HeldOut) Learn()
        {
            using var scope = NewDisposeScope();
            using var window = Roll();
            double heldOut = Learner.HeldOutError(window);
            return (Learner.Learn(window, draw++), heldOut);
        }

        public float[] Prediction()
        {
            using var scope = NewDisposeScope();
            var random = new CounterRandom(1, "prediction");
            var next = Learner.Predict(random.NormalTensor(0, 6, 2), random.NormalTensor(1, 6, 1));
            return next.detach().Values<float>().ToArray();
        }

        public void Save(LearningCheckpoint checkpoint)
        {
            foreach (var (name, part) in Parts) part.Save(((ICheckpointWriter)checkpoint).Section(name));
            ((ICheckpointWriter)checkpoint).Write<long>("draw", [draw]);
        }

        public void Load(LearningCheckpoint checkpoint)
        {
            foreach (var (name, part) in Parts) part.Load(((ICheckpointReader)checkpoint).Section(name));
            draw = ((ICheckpointReader)checkpoint).Read<long>("draw")[0];
        }

        public void Dispose()
        {
            envs.Dispose();
            agent.Dispose();
            model.Dispose();
            env.Dispose();
        }

        private (string Name, ICheckpointed Part)[] Parts =>
            [("envs", envs), ("agent", agent), ("model", model), ("learner", Learner)];
    }

    /// <summary>Predicts that nothing moves.</summary>
    private sealed class Standing : IDynamicsModel
    {
        public ModelSpec Spec { get; } = new() { Id = "test/standing-v1", Learned = false };

        public Tensor Predict(Tensor state, Tensor action) => state.alias();

        public FitReport Fit(TransitionBatch batch) => throw new InvalidOperationException("it is not learned");

        public void Save(ICheckpointWriter writer)
        {
        }

        public void Load(ICheckpointReader reader)
        {
        }

        public void Dispose()
        {
        }
    }
}
