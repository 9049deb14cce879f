using MbMix.Algo.MAAC;
using MbMix.Learning;
using MbMix.Model.Ensemble;
using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>The formulas of MAAC against closed forms, and what an update may change.</summary>
public sealed class MaacFormulas
{
    private const double Gamma = 0.9;

    [Theory]
    [InlineData(0, -0.475, -1.9)]
    [InlineData(2, -0.330297, -1.738563)]
    public void The_objective_and_its_gradient_are_exact(int horizon, double expected, double slope)
    {
        // s' = s + a, a = k s, r = -s'^2, Q = -s^2, s = 1, k = -0.5
        using var scope = torch.NewDisposeScope();
        var k = torch.tensor(-0.5f, requires_grad: true);
        Tensor start = torch.ones(1, 1), none = torch.zeros(1, torch.ScalarType.Bool);
        var objective = Maac.Objective(
            horizon, Gamma, start, start, (_, s) => k * s, (s, a) => s + a,
            (_, _, next) => new Outcome(next, -next.square().squeeze(1), none), last => -last.square().squeeze(1));
        Backward.Run(objective.sum());
        Assert.Equal(expected, objective.item<float>(), 1e-5);
        Assert.Equal(slope, k.grad!.item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(0, 91)]
    [InlineData(3, 69.049)]
    public void The_value_counts_one_step_after_the_last_reward(int horizon, double expected) =>
        Assert.Equal(expected, Counted(horizon, _ => false), 1e-3);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1.9)]
    [InlineData(3, 3.439)]
    public void What_has_ended_stays_ended(int end, double expected) => Assert.Equal(expected, Counted(3, i => i == end), 1e-4);

    [Fact]
    public void A_prediction_that_is_not_finite_ends_its_row_alone()
    {
        using var scope = torch.NewDisposeScope();
        var k = torch.tensor(1f, requires_grad: true);
        var none = torch.zeros(2, torch.ScalarType.Bool);
        var objective = Maac.Objective(
            2, 1, torch.tensor([1f, 200f]).unsqueeze(1), torch.ones(2, 1), (_, o) => k * o, (s, a) => s + a,
            (_, _, next) => new Outcome(next, torch.where(next.gt(100), torch.full_like(next, float.NaN), next).squeeze(1), none),
            last => last.squeeze(1));
        // 2 + 4 + 8 + the last observation 8, and nothing
        Assert.Equal([22f, 0f], objective.Values<float>().ToArray());
        Backward.Run(objective.sum());
        Assert.True(float.IsFinite(k.grad!.item<float>()));
    }

    [Fact]
    public void Targets_are_weighted_by_their_variance()
    {
        using var scope = torch.NewDisposeScope();
        Tensor One(float value) => torch.full(1, value);
        Assert.Equal(1.4, ValueExpansion.Combine([One(1), One(3)], [One(1), One(4)]).item<float>(), 1e-6);
    }

    [Fact]
    public void With_equal_critics_the_target_without_steps_has_all_the_weight()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new LearningPredictiveMass();
        var options = new MaacOptions { ActorHidden = [16], CriticHidden = [16], CriticHorizon = 2 };
        using var agent = new SoftActorCritic(options, env.Spec, 1, "maac");
        using var model = new ProbabilisticEnsemble(new() { Hidden = [16], Members = 3, Elites = 3 }, Training.ModelContext(env));
        var dynamics = new PredictedDynamics(model, env, 1) { ToEnvironment = agent.Actor.ToEnvironment };
        var batch = Batch(env, 20);
        Tensor Noise(int step, long rows) => new CounterRandom(3, "noise").NormalTensor(0, 20, 1).repeat(rows / 20, 1);
        Tensor plain = agent.Target(batch.Reward, batch.Terminated, batch.NextObservation, Noise(0, 20));
        Tensor Expanded() => ValueExpansion.Target(agent, dynamics, batch, o => o, Noise, options);
        Assert.False(torch.allclose(plain, Expanded(), 1e-3, 1e-3));
        agent.Critics[1].Parameters.CopyFrom(agent.Critics[0].Parameters);
        foreach (var critic in agent.Critics) critic.UpdateTarget(0);
        plain = agent.Target(batch.Reward, batch.Terminated, batch.NextObservation, Noise(0, 20));
        Assert.True(torch.allclose(plain, Expanded(), 1e-3, 1e-3));
    }

    [Fact]
    public void A_batch_has_the_share_of_real_transitions() => Assert.Equal(12, Maac.RealRows(256, 0.05));

    [Fact]
    public void The_actors_update_leaves_model_and_critics_alone()
    {
        using var env = new LearningPredictiveMass();
        var options = Small();
        (options.CriticLearningRate, options.Tau) = (0, 0);
        using var run = new Run(env, options);
        float[] critic = run.Agent.Critics[0].Parameters.Values.ToArray(), actor = run.Agent.Actor.Parameters.Values.ToArray();
        for (int i = 0; i < 4; i++) run.Optimizer.Iterate(CancellationToken.None);
        Assert.True(run.Agent.ActorUpdates > 0);
        Assert.NotEqual(actor, run.Agent.Actor.Parameters.Values.ToArray());
        Assert.Equal(critic, run.Agent.Critics[0].Parameters.Values.ToArray());
        // the actor's was the last backward pass: nothing has been added to the critics' gradients since their step
        foreach (var c in run.Agent.Critics) Assert.All(c.Parameters.Gradients.ToArray(), g => Assert.Equal(0, g));
        var now = new LearningCheckpoint();
        run.Model.Save(now);
        Assert.NotEmpty(run.Model.AfterTraining!.Entries);
        foreach (var (name, bytes) in run.Model.AfterTraining.Entries) Assert.Equal(bytes, now.Entries[name]);
    }

    [Fact]
    public void Updates_follow_transitions_after_the_model_has_been_trained()
    {
        using var env = new LearningPredictiveMass();
        using var run = new Run(env, Small());
        // 24 transitions an iteration, one update for two; the first 40 are random and count for none
        long[] expected = [0, 0, 16, 28, 40];
        for (int i = 0; i < expected.Length; i++)
        {
            var report = run.Optimizer.Iterate(CancellationToken.None);
            Assert.Equal(expected[i], report.Costs.PolicyUpdates);
            Assert.Equal(Math.Max(0, i - 1), run.Model.Trainings);
            if (i >= 2) Assert.True(double.IsFinite(Metric(report, "model/held-out-error")));
            // the first comparison needs a model that has been trained before
            Assert.Equal(i >= 3, double.IsFinite(Metric(report, "model/return")));
        }
    }

    [Fact]
    public void The_exact_model_foretells_the_returns_that_come()
    {
        using var env = new LearningPredictiveMass { Wall = 1.5 };
        var options = Small();
        options.CriticHorizon = 1;
        using var optimizer = MaacPlugin.Create(
            options, LearningOptimizers.Context(env, 1, 10_000) with { Model = new ExactModel(Training.ModelContext(env)) });
        IterationReport report = null!;
        for (int i = 0; i < 5; i++) report = optimizer.Iterate(CancellationToken.None);
        double realized = Metric(report, "model/realized-return");
        Assert.NotEqual(0, realized);
        Assert.Equal(realized, Metric(report, "model/return"), 1e-5);
    }

    private static double Counted(int horizon, Func<int, bool> ends)
    {
        using var scope = torch.NewDisposeScope();
        int step = 0;
        var start = torch.ones(1, 1);
        return Maac.Objective(
            horizon, Gamma, start, start, (_, s) => s, (s, _) => s,
            (_, _, next) => new Outcome(next, torch.ones(1), torch.full(1, ends(step++), torch.ScalarType.Bool)),
            _ => torch.full(1, 100f)).item<float>();
    }

    private static double Metric(IterationReport report, string name) => report.Metrics.Single(m => m.Name == name).Value;

    private static MaacOptions Small() => new()
    {
        Environments = 8,
        Horizon = 3,
        ActorHorizon = 1,
        LastActions = 2,
        LearningStarts = 40,
        UpdatesPerTransition = 0.5,
        BatchSize = 32,
        ModelTransitions = 40,
        ModelReplayCapacity = 400,
        ModelEpochs = 2,
        Blocks = 2,
        RealRatio = 0.25,
        ActorHidden = [16],
        CriticHidden = [16],
    };

    private static Transitions Batch(IPredictiveEnv env, int rows)
    {
        var random = new CounterRandom(1, "batch");
        var state = env.Reset([.. Enumerable.Range(0, rows).Select(lane => new LaneKey(1, lane, 0))]);
        var action = (random.UniformTensor(0, rows, 1) * 2) - 1;
        var step = env.Step(state, action);
        return new Transitions(
            env.Observe(state, action).detach(), action, step.Reward.detach(), step.Observation.detach(), torch.zeros(rows), state,
            step.NextState.detach());
    }

    /// <summary>MAAC with a model that remembers what it was after its last training.</summary>
    private sealed class Run : IDisposable
    {
        public Run(LearningPredictiveMass env, MaacOptions options)
        {
            Model = new Remembering(new ProbabilisticEnsemble(
                new() { Hidden = [16], Members = 3, Elites = 2, MinimumTransitions = 10 }, Training.ModelContext(env)));
            Agent = new SoftActorCritic(options, env.Spec, 1, "maac");
            Optimizer = new Maac(
                options, env.Spec, new VectorEnv(env, options.Environments, 1), Agent,
                new PredictedDynamics(Model, env, 1) { ToEnvironment = Agent.Actor.ToEnvironment },
                new TransitionReplay(env.Spec, 1000, states: true), new TransitionReplay(env.Spec, 400, states: true), 1,
                NullLogger.Instance);
        }

        public Remembering Model { get; }

        public SoftActorCritic Agent { get; }

        public IPolicyOptimizer Optimizer { get; }

        public void Dispose()
        {
            Optimizer.Dispose();
            Model.Dispose();
        }
    }

    private sealed class Remembering(ProbabilisticEnsemble inner) : IProbabilisticModel
    {
        public LearningCheckpoint? AfterTraining { get; private set; }

        public int Trainings { get; private set; }

        public ModelSpec Spec => inner.Spec;

        public int Members => inner.Members;

        public IReadOnlyList<int> Elites => inner.Elites;

        public Tensor Predict(Tensor state, Tensor action) => inner.Predict(state, action);

        public Tensor Predict(Tensor state, Tensor action, int member) => inner.Predict(state, action, member);

        public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise) => inner.Sample(state, action, members, noise);

        public ModelTrainingReport Train(TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken)
        {
            var report = inner.Train(data, first, maxEpochs, cancellationToken);
            Trainings++;
            AfterTraining = new LearningCheckpoint();
            inner.Save(AfterTraining);
            return report;
        }

        public FitReport Fit(TransitionBatch batch) => inner.Fit(batch);

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => inner.Dispose();
    }
}
