using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// MB-MIX (Zhang et al., AAAI 2025, arXiv 2503.01178): policy gradients through differentiable dynamics, averaged over truncated window
/// lengths (MIX), from rollouts in the environment and in a dynamics model trained on values and derivatives (Sobolev).
/// </summary>
/// <remarks>
/// <code>
/// J^mix_H = sum_h w_h J^h,   w_h = (1 - lambda) lambda^(h-1),   w_H = lambda^(H-1)
/// J^h     = E[ sum_{t &lt; h} gamma^t r_t + gamma^h V(s_h) ]
/// repeat
///   roll H steps of N environments; store s, a, s' and v·dS'/d(s, a) along random v; later H' steps of M model rollouts
///   model:  K minibatch steps on values and derivatives
///   actor:  descend -J^mix_env / (N H) - beta J^mix_model / (M H'), beta falling over the run or measured
///   critic: passes over the real window to TD(lambda) targets; the target critic follows
/// </code>
/// The finite mix, lambda, how both objectives are combined (beta falls, as the model's bias does not average out, or is what <see cref="GradientBlend"/>
/// finds) and where model rollouts start are our choices: the paper's text on them is not public (docs/paper.md). lambda = 1 with rollouts from the
/// environment is SHAC.
/// </remarks>
internal sealed class MbMixOptimizer : IPolicyOptimizer
{
    public const string Id = "mbmix/mbmix-v1";

    private const int SkipsInARow = 20;

    private readonly MbMixOptions o;
    private readonly OptimizerContext context;
    private readonly IDifferentiableEnv env;
    private readonly IDynamicsModel? model;
    private readonly VectorEnv envs;
    private readonly ObservationNormalizer normalizer;
    private readonly GaussianActor actor;
    private readonly ValueNetwork critic;
    private readonly Adam actorAdam;
    private readonly Adam criticAdam;
    private readonly ActionBounds bounds;
    private readonly ReplayBuffer? replay;
    private readonly RunningStatistics change;
    private readonly CounterRandom noise;
    private readonly CounterRandom modelNoise;
    private readonly CounterRandom starts;
    private readonly CounterRandom directions;
    private readonly CounterRandom batches;
    private readonly CriticFit criticFit;
    private readonly PhaseClock clock;
    private readonly GradientHealth health;
    private readonly GradientBlend? blend;
    private readonly float[] turned = [];
    private readonly float[] modelGradient = [];
    private long iteration;
    private long modelFits;
    private long modelSteps;
    private long skipsInARow;

    public MbMixOptimizer(MbMixOptions options, OptimizerContext context)
    {
        o = options;
        this.context = context;
        env = context.Env;
        model = options.Rollouts == RolloutSource.Env ? null : context.Model;
        var spec = env.Spec;
        CounterRandom Stream(string name) => new(context.Seed, name);

        envs = new VectorEnv(env, o.Environments, context.Seed);
        normalizer = new ObservationNormalizer(spec.Observation.Size);
        bounds = new ActionBounds(spec.Action);
        actor = new GaussianActor(
            new Mlp(spec.Observation.Size, o.ActorHidden, spec.Action.Size, Activation.Elu, layerNorm: true), o.InitialLogStd, Initialization.Uniform, Stream("actor/weights"), context.Workers);
        critic = new ValueNetwork(
            new Mlp(spec.Observation.Size, o.CriticHidden, 1, Activation.Elu, layerNorm: true), Initialization.Orthogonal, Stream("critic/weights"), context.Workers);
        actorAdam = new Adam(actor.Parameters, 0.7, 0.95);
        criticAdam = new Adam(critic.Parameters, 0.7, 0.95);
        criticFit = new CriticFit(critic, criticAdam, o.CriticPasses, o.CriticMinibatches, o.MaxGradientNorm);
        clock = new PhaseClock(envs);
        health = new GradientHealth(context.Logger, o.Environments, o.Horizon);
        Policy = new GaussianPolicy(actor, normalizer, ActionSquash.Tanh, bounds);

        if (model is not null && o.Rollouts == RolloutSource.Both && o.Weighting == ModelWeighting.Measured)
        {
            blend = new GradientBlend(o.Environments, o.ModelRollouts);
            turned = new float[actor.Parameters.Gradients.Length];
            modelGradient = new float[actor.Parameters.Gradients.Length];
        }

        noise = Stream("policy/noise");
        modelNoise = Stream("model/noise");
        starts = Stream("model/starts");
        directions = Stream("model/directions");
        batches = Stream("model/batches");
        change = new RunningStatistics(env.Chart.TangentSize);
        if (model?.Spec.Learned == true)
            replay = new ReplayBuffer((int)Math.Min(o.ReplayCapacity, Math.Max(context.Budget, 1)), spec.State.Size, spec.Action.Size, env.Chart.TangentSize, Probes);
    }

    public IPolicy Policy { get; }

    private int Probes => model!.Spec.Derivatives switch
    {
        DerivativeTargets.None => 0,
        DerivativeTargets.Projected => model.Spec.Probes,
        _ => env.Chart.TangentSize,
    };

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        clock.Begin();
        double progress = envs.Steps / (double)context.Budget;
        double actorRate = Schedule.Linear(o.ActorLearningRate, o.FinalLearningRate, progress);
        double criticRate = Schedule.Linear(o.CriticLearningRate, o.FinalLearningRate, progress);
        double beta = blend?.Weight ?? Schedule.Linear(o.Beta, o.FinalBeta, progress);
        using var scope = torch.NewDisposeScope();
        using var snapshot = normalizer.Snapshot();

        // roll H steps of N environments, with gradients where they are wanted
        bool throughEnv = o.Rollouts != RolloutSource.Model;
        var window = RollEnvironment(snapshot, throughEnv);

        // model: values and derivatives of the transitions seen so far
        double heldOut = HeldOutError(window);
        var fit = FitModel(window);
        clock.Model();

        // actor: L = -J^mix_env / (N H) - beta J^mix_model / (M H'), the means over environments or rollouts
        Tensor? ofEnv = throughEnv ? MixObjective.Loss(window.Rewards, window.Values, window.Flags, o.Gamma, o.Lambda) : null;
        clock.Networks();
        bool usable = model is not null && (!model.Spec.Learned || modelFits >= Math.Max(o.ModelWarmup, 1));
        var (ofModel, imaginedActions) = usable ? RollModel(model!.Predict, window, snapshot) : default;
        double agreement = usable && o.ModelCheckEvery > 0 && iteration % o.ModelCheckEvery == 0 ? CheckModel(window, snapshot) : double.NaN;
        clock.Model();
        bool measured = blend is not null && ofModel is not null;
        var loss = ofEnv is null ? ofModel : ofModel is null || measured ? ofEnv : ofEnv + (beta * ofModel);
        UpdateReport update = default;
        var episodes = envs.ReportEpisodes();
        if (loss is null)
        {
            health.Nothing(episodes.Faults);
        }
        else
        {
            if (measured) beta = RunBlended(window, ofEnv!, ofModel!);
            else Backward.Run(loss);
            clock.Networks();
            health.Observe(actor.Parameters.Gradients, throughEnv ? window.Policy.ActionGradients : imaginedActions!.ActionGradients);
            update = actorAdam.Step(actorRate, o.MaxGradientNorm);
            health.Judge(update, episodes.Faults);
            clock.Optimizer();
            skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
            if (skipsInARow >= SkipsInARow)
                throw new MbMixException($"The actor's gradient was not finite {SkipsInARow} times in a row; try a shorter horizon or a smaller learning rate.");
        }

        // critic: TD(lambda) targets on the real window, then the target critic follows
        var targets = TensorSpans.Empty(o.Horizon * o.Environments);
        Returns.TdLambda(Numbers(window.Rewards), Numbers(window.Values), window.Flags, o.Gamma, o.CriticLambda, targets.Values<float>());
        clock.Other();
        var criticUpdate = criticFit.Run(window.Observations, targets, window.Flags, criticRate, clock);
        critic.UpdateTarget(o.TargetKeep);

        envs.EndWindow();
        iteration++;
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = episodes,
            Costs = envs.ReportCosts(actorAdam.Steps, modelSteps, modelFits),
            Metrics =
            [
                new("loss/actor", ofEnv?.item<float>() ?? double.NaN),
                new("loss/actor-model", ofModel?.item<float>() ?? double.NaN),
                new("loss/critic", criticUpdate.Loss),
                new("gradient/actor", loss is null ? double.NaN : update.GradientNorm),
                new("gradient/actor-clipped", update.Clipped ? 1 : 0),
                new("gradient/critic", criticUpdate.GradientNorm),
                new("gradient/critic-clipped", criticUpdate.ClippedShare),
                new("gradient/skipped", actorAdam.Skipped + criticAdam.Skipped),
                new("value/mean", targets.mean().item<float>()),
                .. health.Metrics,
                new("gradient/model-actions", imaginedActions is null ? double.NaN : Norm(imaginedActions.ActionGradients)),
                new("policy/std", actor.LogStd.exp().mean().item<float>()),
                new("learning-rate/actor", actorRate),
                new("learning-rate/critic", criticRate),
                new("model/held-out-error", heldOut),
                new("model/beta", beta),
                new("model/agreement", blend?.Agreement ?? double.NaN),
                new("gradient/noise-share", blend?.NoiseShare ?? double.NaN),
                new("model/gradient-cosine", agreement),
                new("model/value-error", fit.ValueError),
                new("model/derivative-error", fit.DerivativeError),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<long>("counters", [iteration, modelFits, modelSteps, skipsInARow]);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        if (reader.Read<long>("counters") is not [var i, var f, var m, var s])
            throw new MbMixException("The checkpoint's counters are not those of this version of MB-MIX; train anew.");
        (iteration, modelFits, modelSteps, skipsInARow) = (i, f, m, s);
    }

    public void Dispose()
    {
        envs.Dispose();
        actor.Dispose();
        critic.Dispose();
        bounds.Dispose();
    }

    private IEnumerable<(string Name, ICheckpointed Part)> Parts =>
    [
        ("envs", envs), ("normalizer", normalizer), ("actor", actor), ("critic", critic), ("actor_adam", actorAdam), ("critic_adam", criticAdam),
        ("change", change), ("health", health),
        .. blend is null ? [] : new (string, ICheckpointed)[] { ("blend", blend) },
        .. replay is null ? [] : new (string, ICheckpointed)[] { ("replay", replay) },
    ];

    private static double Norm(ReadOnlySpan<double> parts)
    {
        double sum = 0;
        foreach (double part in parts) sum += part * part;
        return Math.Sqrt(sum);
    }

    private static ReadOnlySpan<float> Numbers(Tensor tensor) => tensor.detach().contiguous().Values<float>();

    /// <summary>One window in the environment. The observations are normalized by the statistics of its start; the live ones go on.</summary>
    private Window RollEnvironment(NormalizerSnapshot snapshot, bool gradients)
    {
        using var mode = torch.set_grad_enabled(gradients);
        var window = new Window(o.Horizon, o.Environments);
        var policy = actor.BeginWindow(noise.NormalTensor(iteration, o.Horizon, o.Environments, actor.Actions), snapshot, bounds);
        var observation = envs.BeginWindow();
        normalizer.Update(observation);
        for (int t = 0; t < o.Horizon; t++)
        {
            // a = bounds(tanh(mean(o) + std noise))
            var action = policy.Act(t, observation);
            clock.Networks();
            var step = envs.Step(action);
            window.Flags.Record(t, envs);
            window.Add(action, step);
            clock.Other();
            observation = step.Observation;
            normalizer.Update(observation);
        }

        // the target critic sees the whole window at once: it is not part of the recursion
        window.Complete(policy, final => critic.TargetValue(snapshot.Normalize(final)));
        clock.Networks();
        return window;
    }

    /// <summary>One window in a model, from states of the real one, with the same policy, critic and reward function.</summary>
    private (Tensor? Loss, PolicyWindow? Actions) RollModel(Func<Tensor, Tensor, Tensor> predict, Window window, NormalizerSnapshot snapshot)
    {
        var predictive = (IPredictiveEnv)env;
        // to be weighed, the rollouts start from one half of the environments
        long[] allowed = [.. Enumerable.Range(0, o.Environments).Where(lane => blend is null || blend.Signs[lane] == GradientBlend.HalfOf(iteration)).Select(lane => (long)lane)];
        var picks = new int[o.ModelRollouts];
        if (o.ModelStarts == ModelStarts.Window) starts.Integers(picks, o.Horizon * allowed.Length, iteration);
        else for (int k = 0; k < picks.Length; k++) picks[k] = (int)((k + (iteration * picks.Length)) % allowed.Length);
        var index = torch.tensor(Array.ConvertAll(picks, p => (p / allowed.Length * o.Environments) + allowed[p % allowed.Length]));
        var imagined = new ImaginedWindow(o.ModelHorizon, o.ModelRollouts);
        // these observations come normalized
        var policy = actor.BeginWindow(modelNoise.NormalTensor(iteration, o.ModelHorizon, o.ModelRollouts, actor.Actions), null, bounds);
        Tensor state = window.States.index_select(0, index), x = window.Observations.index_select(0, index);
        for (int t = 0; t < o.ModelHorizon; t++)
        {
            var action = policy.Act(t, x).to(state.dtype);
            var next = predict(state, action);
            var outcome = predictive.Evaluate(state, action, next);
            imagined.Add(t, outcome);
            (state, x) = imagined.Continue(state, next, snapshot.Normalize(outcome.Observation.to(torch.ScalarType.Float32)));
        }
        modelSteps += (long)o.ModelHorizon * o.ModelRollouts;
        var values = critic.TargetValue(snapshot.Normalize(imagined.Observations)).view(o.ModelHorizon, o.ModelRollouts);
        return (MixObjective.Loss(imagined.Rewards, values, imagined.Flags, o.Gamma, o.Lambda), policy);
    }

    /// <summary>Leaves e + beta m in the actor's gradient.</summary>
    /// <returns>beta.</returns>
    private double RunBlended(Window window, Tensor ofEnv, Tensor ofModel)
    {
        Span<float> gradient = actor.Parameters.Gradients;
        // m
        Backward.Run(ofModel);
        gradient.CopyTo(modelGradient);
        gradient.Clear();
        // d
        var signs = torch.tensor(blend!.Signs);
        Backward.Run(MixObjective.Loss(window.Rewards * signs, window.Values * signs, window.Flags, o.Gamma, o.Lambda), retainGraph: true);
        gradient.CopyTo(turned);
        gradient.Clear();
        // e
        Backward.Run(ofEnv);
        if (!blend.Observe(gradient, turned, modelGradient, GradientBlend.HalfOf(iteration))) return 0;
        double beta = blend.Weight;
        for (int i = 0; i < gradient.Length; i++) gradient[i] += (float)(beta * modelGradient[i]);
        return beta;
    }

    /// <summary>
    /// Cosine of the policy gradient through the model to the one through the environment, from the same states with the same noise. Costs environment
    /// steps that nothing is learned from.
    /// </summary>
    private double CheckModel(Window window, NormalizerSnapshot snapshot)
    {
        long counted = modelSteps;
        float[] Gradient(Func<Tensor, Tensor, Tensor> through)
        {
            Backward.Run(RollModel(through, window, snapshot).Loss!);
            float[] gradient = actor.Parameters.Gradients.ToArray();
            actor.Parameters.Gradients.Clear();
            return gradient;
        }
        float[] a = Gradient(model!.Predict), b = Gradient((state, action) => EnvMeter.Step(env, state, action).NextState);
        modelSteps = counted;
        return GradientHealth.Cosine(a, b);
    }

    /// <summary>Stores the window's transitions with the environment's derivatives, and fits the model.</summary>
    private FitReport FitModel(Window window)
    {
        if (replay is null) return new FitReport(double.NaN, double.NaN, double.NaN);
        using (torch.NewDisposeScope())
        {
            var (transitions, usable) = Transitions(window);
            replay.Add(transitions, usable);
        }
        if (replay.Added < model!.Spec.MinimumTransitions) return new FitReport(double.NaN, double.NaN, double.NaN);

        long count = modelFits < o.ModelWarmup ? Math.Max(o.ModelWarmup, o.ModelUpdates) : o.ModelUpdates;
        double value = 0, derivative = 0, total = 0;
        for (long k = 0; k < count; k++)
        {
            using var scope = torch.NewDisposeScope();
            var report = model.Fit(replay.Sample(o.ModelBatch, batches, modelFits++));
            (total, value, derivative) = (total + report.Loss, value + report.ValueError, derivative + report.DerivativeError);
        }
        return new FitReport(total / count, value / count, derivative / count);
    }

    /// <summary>
    /// The transitions, with vector-Jacobian products along directions that are random on the sphere, or all of them, in units of one over
    /// the spread of each component's change. Transitions whose products are not finite are not to be used.
    /// </summary>
    private (TransitionBatch Transitions, bool[] Usable) Transitions(Window window)
    {
        var batch = new TransitionBatch(window.States, window.Actions, window.NextStates);
        using (torch.no_grad())
        {
            var difference = env.Chart.Difference(window.States, window.NextStates).to(torch.ScalarType.Float32);
            change.Add(Numbers(difference));
        }
        if (Probes == 0) return (batch, window.Flags.Valid);

        int rows = o.Horizon * o.Environments, tangent = env.Chart.TangentSize;
        var v = TensorSpans.Empty(rows, Probes, tangent);
        FillDirections(v.Values<float>(), tangent);
        return TransitionDerivatives.Along(env, batch, window.Flags.Valid, v, o.MaxDerivativeNorm);
    }

    private void FillDirections(Span<float> v, int tangent)
    {
        if (model!.Spec.Derivatives == DerivativeTargets.Full)
        {
            for (int i = 0; i < v.Length; i++) v[i] = i / tangent % tangent == i % tangent ? 1 : 0;
        }
        else
        {
            directions.Normal(v, iteration);
            for (int i = 0; i < v.Length; i += tangent)
            {
                var one = v.Slice(i, tangent);
                double square = 0;
                foreach (float x in one) square += x * x;
                foreach (ref float x in one) x /= (float)Math.Sqrt(square);
            }
        }
        for (int i = 0; i < v.Length; i++) v[i] /= (float)Math.Max(Math.Sqrt(change.Variance[i % tangent]), 1e-6);
    }

    /// <summary>
    /// The error of one-step predictions on transitions the model has not been fitted on, as a share of the mean squared change, each component
    /// in units of its spread: 1 is as good as no model.
    /// </summary>
    private double HeldOutError(Window window)
    {
        if (model is null || modelFits == 0) return double.NaN;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var predicted = model.Predict(window.States, window.Actions.to(window.States.dtype));
        var error = env.Chart.Difference(window.NextStates, predicted);
        var moved = env.Chart.Difference(window.States, window.NextStates);
        return (error.square().mean([0L]) / moved.square().mean([0L]).clamp_min(1e-12)).mean().to(torch.ScalarType.Float32).item<float>();
    }
}
