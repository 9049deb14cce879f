using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.MAAC;

/// <summary>
/// Model-augmented actor-critic (Clavera, Fu and Abbeel 2020, arXiv 2005.08068): soft actor-critic whose actor follows
/// the gradient of a return through a few steps of a learned model, with the critics' value at the end, and whose
/// critics learn mostly from transitions that the model predicts.
/// </summary>
internal sealed class Maac(
    MaacOptions options, EnvSpec spec, VectorEnv envs, SoftActorCritic agent, PredictedDynamics dynamics,
    TransitionReplay real, TransitionReplay predicted, long seed, ILogger logger)
    : IPolicyOptimizer
{
    private const int PredictedAtOnce = 4096;

    private readonly PhaseClock clock = new(envs);
    private readonly CounterRandom exploration = new(seed, "maac/exploration");
    private readonly CounterRandom starts = new(seed, "maac/starts");
    private readonly CounterRandom startNoise = new(seed, "maac/noise/starts");
    private readonly CounterRandom realChoice = new(seed, "maac/batches/real");
    private readonly CounterRandom predictedChoice = new(seed, "maac/batches/predicted");
    private readonly CounterRandom targetNoise = new(seed, "maac/noise/target");
    private readonly CounterRandom actorNoise = new(seed, "maac/noise/actor");
    private long vectorSteps, updates, predictions;

    // updates that are due; a fraction is carried over
    private double due;

    public IPolicy Policy => agent.Actor;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        var means = new MetricMeans();
        var training = new ModelTrainingReport(0, 0, double.NaN);
        using var check = new ReturnCheck(dynamics, options);
        bool learning = Learning;
        Collect(check);
        // the model has been trained before, but not on these transitions
        var (foretold, realized) = updates > 0 ? check.Compare() : (double.NaN, double.NaN);
        clock.Model();
        if (learning)
        {
            training = dynamics.Train(real, options, cancellationToken);
            clock.Model();
            long count = (long)due, done = 0;
            for (int block = 1; block <= options.Blocks && count > 0; block++)
            {
                Imagine(cancellationToken);
                for (; done < count * block / options.Blocks; done++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var scope = torch.NewDisposeScope();
                    Update(means);
                }
            }
            due -= count;
        }
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(agent.ActorUpdates, dynamics.Steps, dynamics.Updates),
            Metrics =
            [
                new("loss/policy", means["loss/policy"]),
                new("loss/value", means["loss/value"]),
                new("policy/entropy", means["policy/entropy"]),
                new("policy/alpha", agent.Alpha),
                new("value/mean", means["value/mean"]),
                new("value/objective", means["value/objective"]),
                new("gradient/norm", means["gradient/norm"]),
                new("gradient/clipped", means["gradient/clipped"]),
                new("gradient/skipped", agent.Skipped),
                new("model/epochs", training.Epochs),
                new("model/held-out-error", training.HeldOutError),
                new("model/return", foretold),
                new("model/realized-return", realized),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        agent.Save(writer);
        dynamics.Save(writer);
        real.Save(writer.Section("replay"));
        predicted.Save(writer.Section("predicted"));
        envs.Save(writer.Section("envs"));
        writer.Write<long>("progress", [vectorSteps, updates, predictions]);
        writer.Write<double>("due", [due]);
    }

    public void Load(ICheckpointReader reader)
    {
        agent.Load(reader);
        dynamics.Load(reader);
        real.Load(reader.Section("replay"));
        predicted.Load(reader.Section("predicted"));
        envs.Load(reader.Section("envs"));
        var progress = reader.Read<long>("progress");
        (vectorSteps, updates, predictions) = (progress[0], progress[1], progress[2]);
        due = reader.Read<double>("due")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }

    /// <summary>
    /// The actor's objective, <c>J(s_0) = sum_(i=0..T) gamma^i alive_i r_i + gamma^(T+1) alive_(T+1) V(s_(T+1))</c>
    /// with <c>alive_(i+1) = alive_i (1 - terminated_i)</c>. What ends stays ended; whether it does has no gradient.
    /// </summary>
    /// <param name="horizon">Index T of the last step.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="state">State s_0 <c>[M, S]</c>.</param>
    /// <param name="observation">Its observation <c>[M, O]</c>.</param>
    /// <param name="act">Gives the environment's action in step i for an observation.</param>
    /// <param name="next">Predicts the next state from state and action.</param>
    /// <param name="evaluate">Observation, reward and termination of state, action and next state.</param>
    /// <param name="value">Value V of an observation, <c>[M]</c>.</param>
    /// <returns>J <c>[M]</c>, differentiable in whatever the functions are differentiable in.</returns>
    internal static Tensor Objective(
        int horizon, double gamma, Tensor state, Tensor observation, Func<int, Tensor, Tensor> act,
        Func<Tensor, Tensor, Tensor> next, Func<Tensor, Tensor, Tensor, Outcome> evaluate, Func<Tensor, Tensor> value)
    {
        Tensor? sum = null, ended = null;
        double discount = 1;
        for (int i = 0; i <= horizon; i++, discount *= gamma)
        {
            var action = act(i, observation);
            var following = next(state, action);
            var outcome = evaluate(state, action, following);
            var reward = outcome.Reward.to(torch.ScalarType.Float32);
            // a prediction that is not finite ends its row, without a reward
            if (!reward.AllFinite()) ended = Either(ended, reward.detach().isfinite().logical_not());
            reward = Kept(reward, ended) * discount;
            sum = sum is null ? reward : sum + reward;
            if (outcome.Terminated.any().item<bool>()) ended = Either(ended, outcome.Terminated);
            var seen = outcome.Observation.to(torch.ScalarType.Float32);
            // a row that has ended stays where it was, so that it adds nothing that is not finite to the graph
            var column = ended?.unsqueeze(1);
            (state, observation) = column is null
                ? (following, seen)
                : (torch.where(column, state.detach(), following), torch.where(column, observation.detach(), seen));
        }
        return sum! + (discount * Kept(value(observation), ended));
    }

    // uniformly random actions until learning starts, then actions sampled from the policy
    private void Collect(ReturnCheck check)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var observation = envs.BeginWindow();
        for (int t = 0; t < options.Horizon; t++)
        {
            using var step = torch.NewDisposeScope();
            bool learning = Learning;
            Tensor action;
            if (learning)
            {
                using var snapshot = agent.Normalizer?.Snapshot();
                var noise = exploration.NormalTensor(vectorSteps, envs.Lanes, spec.Action.Size);
                action = agent.Actor.FrozenSample(Normalize(snapshot, observation), noise).Action;
            }
            else
            {
                action = exploration.UniformTensor(vectorSteps, envs.Lanes, spec.Action.Size).mul_(2).sub_(1);
            }
            clock.Networks();
            vectorSteps++;
            var outcome = envs.Step(agent.Actor.ToEnvironment(action));
            int added = real.Add(envs, observation, action, outcome);
            agent.Normalizer?.Update(observation);
            if (learning) due += added * options.UpdatesPerTransition;
            check.Add(envs, action, outcome);
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
            clock.Other();
        }
        envs.EndWindow();
    }

    private bool Learning => real.Added >= Math.Max(options.LearningStarts, dynamics.MinimumTransitions);

    // one predicted step from each of many states of the replay buffer, with actions of the policy
    private void Imagine(CancellationToken cancellationToken)
    {
        using var noGrad = torch.no_grad();
        using var snapshot = agent.Normalizer?.Snapshot();
        for (int left = options.ModelTransitions; left > 0; left -= PredictedAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            int rows = Math.Min(PredictedAtOnce, left);
            var start = real.Sample(rows, starts, predictions);
            var noise = startNoise.NormalTensor(predictions++, rows, spec.Action.Size);
            var action = agent.Actor.FrozenSample(Normalize(snapshot, start.Observation), noise).Action;
            Tensor state = start.State!.to(spec.StateType), taken = dynamics.Action(action);
            var next = dynamics.Next(state, taken);
            var outcome = dynamics.Env.Evaluate(state, taken, next);
            var valid = new bool[rows];
            bool bad = next.MarkNotFinite(valid) | outcome.Reward.MarkNotFinite(valid)
                | outcome.Observation.MarkNotFinite(valid);
            for (int i = 0; i < rows; i++) valid[i] = !bad || !valid[i];
            predicted.Add(
                new Transitions(
                    start.Observation, action, outcome.Reward, outcome.Observation,
                    outcome.Terminated.to(torch.ScalarType.Float32), state, next),
                valid);
        }
        clock.Model();
    }

    private void Update(MetricMeans means)
    {
        var batch = Batch();
        using var snapshot = agent.Normalizer?.Snapshot();
        Tensor Normal(Tensor of) => Normalize(snapshot, of);
        var observation = Normal(batch.Observation);
        clock.Other();

        // y = r + gamma (1 - terminated) [min_j Q'_j(s', a') - alpha log pi(a'|s')], or targets of several steps
        var target = options.CriticHorizon == 0
            ? agent.Target(
                batch.Reward * options.RewardScale, batch.Terminated, Normal(batch.NextObservation),
                TargetNoise(0, options.BatchSize))
            : ValueExpansion.Target(agent, dynamics, batch, Normal, TargetNoise, options);
        // L_Q = sum_j E[(Q_j(s, a) - y)^2]
        var (criticLoss, value) = agent.UpdateCritics(observation, batch.Action, target, clock);

        // L_pi = E[alpha log pi(a_0|s_0) - J(s_0)],  a_i ~ pi(.|s_i), s_(i+1) from the model
        Tensor? logProbability = null;
        var objective = Objective(
            options.ActorHorizon,
            options.Gamma,
            batch.State!.to(spec.StateType),
            batch.Observation,
            (i, seen) =>
            {
                var sample = agent.Actor.Sample(i == 0 ? observation : Normal(seen), ActorNoise(i, options.BatchSize));
                logProbability ??= sample.LogProbability;
                return dynamics.Action(sample.Action);
            },
            dynamics.Next,
            (state, action, next) =>
            {
                var outcome = dynamics.Env.Evaluate(state, action, next);
                return outcome with { Reward = outcome.Reward * options.RewardScale };
            },
            last => LastValue(Normal(last)));
        var loss = (logProbability! * agent.Alpha - objective).mean();
        clock.Model();
        var update = agent.UpdateActor(loss, clock, options.ActorGradientNorm);
        if (update.Skipped) logger.LogWarning("The gradient is not finite, so an update was skipped.");

        // L_alpha = -E[log alpha (log pi(a_0|s_0) + H)]
        double entropy = agent.UpdateTemperature(logProbability!);

        // Q'_j = (1 - tau) Q'_j + tau Q_j
        agent.UpdateTargets();
        updates++;
        means.Add("loss/policy", loss.item<float>());
        means.Add("loss/value", criticLoss);
        means.Add("policy/entropy", entropy);
        means.Add("value/mean", value / options.RewardScale);
        means.Add("value/objective", objective.detach().mean().item<float>() / options.RewardScale);
        means.Add("gradient/norm", update.GradientNorm);
        means.Add("gradient/clipped", update.Clipped ? 1 : 0);
        clock.Optimizer();
    }

    // V(s) = mean_k min_j Q_j(s, a_k),  a_k ~ pi(.|s)
    private Tensor LastValue(Tensor observation)
    {
        long rows = observation.size(0), count = options.LastActions;
        var (action, _) = agent.Actor.Sample(observation, ActorNoise(options.ActorHorizon + 1, rows * count));
        return agent.Value(observation.repeat(count, 1), action).view(count, rows).mean([0L]);
    }

    // some transitions of the environment, the others of the model
    private Transitions Batch()
    {
        int ofEnv = RealRows(options.BatchSize, options.RealRatio), ofModel = options.BatchSize - ofEnv;
        if (predicted.Count == 0) ofModel = 0;
        if (ofModel == 0) return real.Sample(options.BatchSize, realChoice, updates);
        var model = predicted.Sample(ofModel, predictedChoice, updates);
        if (ofEnv == 0) return model;
        var env = real.Sample(ofEnv, realChoice, updates);
        return new Transitions(
            torch.cat([env.Observation, model.Observation]), torch.cat([env.Action, model.Action]),
            torch.cat([env.Reward, model.Reward]), torch.cat([env.NextObservation, model.NextObservation]),
            torch.cat([env.Terminated, model.Terminated]), torch.cat([env.State!, model.State!]),
            torch.cat([env.NextState!, model.NextState!]));
    }

    /// <summary>Number of a batch's rows that come from the environment.</summary>
    internal static int RealRows(int batch, double ratio) => (int)(batch * ratio);

    private Tensor TargetNoise(int step, long rows) => Noise(targetNoise, step, rows, options.CriticHorizon + 1);

    private Tensor ActorNoise(int step, long rows) => Noise(actorNoise, step, rows, options.ActorHorizon + 2);

    private Tensor Noise(CounterRandom random, int step, long rows, int steps) =>
        random.NormalTensor((updates * steps) + step, rows, spec.Action.Size);

    private static Tensor Normalize(NormalizerSnapshot? snapshot, Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);

    private static Tensor Either(Tensor? ended, Tensor ends) => ended is null ? ends : ended.logical_or(ends);

    // 0 for rows that have ended, whatever they hold
    private static Tensor Kept(Tensor values, Tensor? ended) =>
        ended is null ? values : torch.where(ended, torch.zeros_like(values), values);
}
