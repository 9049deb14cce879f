using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// MB-MIX (Zhang et al., AAAI 2025, arXiv 2503.01178): policy gradients through differentiable dynamics, averaged over
/// window lengths (MIX), from rollouts in the environment and in a dynamics model trained on values and derivatives
/// (Sobolev training).
/// </summary>
/// <remarks>
/// <code>
/// J^mix_H = sum_h w_h J^h,   w_h = (1 - lambda) lambda^(h-1),   w_H = lambda^(H-1)
/// J^h     = E[ sum_{t &lt; h} gamma^t r_t + gamma^h V(s_h) ]
/// repeat
///   roll H steps of N environments; store s, a, s' and v·dS'/d(s, a) for random v; later H' steps of M model rollouts
///   model:  K minibatch steps on values and derivatives
///   actor:  descend -J^mix_env / (N H) - beta J^mix_model / (M H'), beta scheduled or measured
///   critic: passes over the real window to TD(lambda) targets; the target critic follows
///   imagined updates, if the model explains enough of the window: K times, descend -J^mix_model / (M' H'') of fresh
///   model rollouts
/// </code>
/// Some parts are our choices, because the paper's text on them is not public (docs/paper.md): the finite mix, lambda,
/// where model rollouts start, and how the two objectives are combined. The weight beta either decreases on a schedule,
/// as the model's bias does not average out, or comes from <see cref="GradientBlend"/>. With lambda = 1 and rollouts
/// from the environment only, the algorithm is SHAC.
/// </remarks>
internal sealed class MbMixOptimizer(
    MbMixOptions o,
    long budget,
    VectorEnv envs,
    ActorCritic agent,
    IDynamicsModel? model,
    ModelLearner? learner,
    GradientBlend? blend,
    MbMixNoise noise) : IPolicyOptimizer
{
    private readonly PhaseClock clock = new(envs);
    private readonly Adam imaginedAdam = new(agent.Actor.Parameters, o.AdamBeta1, o.AdamBeta2);
    private readonly ModelTrust trust = new(o.ImaginedMaxError, model?.Spec.Learned ?? false);
    private long iteration;

    public IPolicy Policy => agent.Policy;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = torch.NewDisposeScope();
        double progress = envs.Steps / (double)budget;
        var rates = agent.LearningRates(progress);

        // roll N environments for H steps, with gradients if the objective uses them
        using var window = agent.Roll(
            envs, o.Horizon, noise.Policy, iteration, clock, keepTransitions: learner is not null,
            gradients: o.Rollouts != RolloutSource.Model);
        cancellationToken.ThrowIfCancellationRequested();

        // learn the model, from values and derivatives of the transitions seen so far
        double heldOut = learner?.HeldOutError(window) ?? double.NaN;
        trust.Observe(heldOut);
        var fit = learner?.Learn(window, iteration) ?? new FitReport(double.NaN, double.NaN, double.NaN);
        clock.Model();
        cancellationToken.ThrowIfCancellationRequested();

        // objectives: L = -J^mix_env / (N H) - beta J^mix_model / (M H')
        var ofEnv = o.Rollouts == RolloutSource.Model ? null : Loss(window.Rewards, window.NextValues, window.Flags);
        clock.Networks();
        var imagined = learner is { Ready: true } && Weighs
            ? RollModel(learner.Dynamics(o.ModelHorizon, noise.Members, iteration), window)
            : null;
        var ofModel = imagined is null ? null : Loss(imagined.Rewards, imagined.NextValues, imagined.Flags);
        double modelCosine = imagined is not null && o.ModelCheckEvery > 0 && iteration % o.ModelCheckEvery == 0
            ? CheckModel(window)
            : double.NaN;
        clock.Model();
        double beta = Differentiate(
            window, ofEnv, ofModel, blend?.Weight ?? Schedule.Linear(o.Beta, o.FinalBeta, progress));
        clock.Networks();
        cancellationToken.ThrowIfCancellationRequested();

        // descend
        var episodes = envs.ReportEpisodes();
        UpdateReport? update = null;
        if (ofEnv is null && ofModel is null) agent.SkipDescent(episodes.Faults);
        else
            update = agent.Descend(
                rates.Actor, (ofEnv is null ? imagined!.Policy : window.Policy).ActionGradients, episodes.Faults,
                clock);
        cancellationToken.ThrowIfCancellationRequested();

        // fit the critic to TD(lambda) targets of the environment's window, then update the target critic
        var criticFit = agent.FitCritic(window, rates.Critic, clock);
        cancellationToken.ThrowIfCancellationRequested();

        // imagined updates: K further steps along -J^mix_model / (M' H'') alone, as long as the model is good enough
        int imaginedUpdates = learner is { Ready: true } && trust.Holds ? o.ImaginedUpdates : 0;
        for (int k = 0; k < imaginedUpdates; k++) Imagine(learner!, window, rates, k);
        clock.Model();
        iteration++;

        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = episodes,
            Costs = envs.ReportCosts(
                agent.PolicyUpdates + imaginedAdam.Steps, learner?.Steps ?? 0, learner?.Updates ?? 0),
            Metrics =
            [
                .. agent.Metrics(ofEnv?.item<float>() ?? double.NaN, update, criticFit, rates, window),
                new("loss/actor-model", ofModel?.item<float>() ?? double.NaN),
                new("gradient/model-actions", imagined is null ? double.NaN : Norm(imagined.Policy.ActionGradients)),
                new("gradient/noise-share", blend?.NoiseShare ?? double.NaN),
                new("model/held-out-error", heldOut),
                new("model/beta", beta),
                new("model/agreement", blend?.Agreement ?? double.NaN),
                new("model/gradient-cosine", modelCosine),
                new("imagined/updates", imaginedUpdates),
                new("model/value-error", fit.ValueError),
                new("model/derivative-error", fit.DerivativeError),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<long>("iteration", [iteration]);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        iteration = reader.Read<long>("iteration")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }

    private IEnumerable<(string Name, ICheckpointed Part)> Parts =>
        new (string Name, ICheckpointed? Part)[]
            {
                ("envs", envs), ("agent", agent), ("learner", learner), ("blend", blend),
                ("imagined_adam", o.ImaginedUpdates > 0 ? imaginedAdam : null),
                ("trust", o.ImaginedUpdates > 0 ? trust : null),
            }
            .Where(p => p.Part is not null)
            .Select(p => (p.Name, p.Part!));

    /// <summary>Computes -J^mix, averaged over steps and over environments or rollouts.</summary>
    private Tensor Loss(Tensor rewards, Tensor nextValues, RolloutFlags flags) =>
        MixObjective.Loss(rewards, nextValues, flags, o.Gamma, o.Lambda);

    /// <summary>Whether the model's gradient may be part of the update that the environment's window gives.</summary>
    private bool Weighs =>
        o.Rollouts == RolloutSource.Model || blend is not null || o.Beta > 0 || o.FinalBeta > 0;

    /// <summary>
    /// Takes one step of the actor along the gradient of fresh model rollouts, and fits the critic to them on request.
    /// </summary>
    private void Imagine(ModelLearner learner, RolloutWindow window, (double Actor, double Critic) rates, int k)
    {
        using var scope = torch.NewDisposeScope();
        long draw = (iteration * o.ImaginedUpdates) + k;
        var rows = new int[o.ImaginedRollouts];
        noise.ImaginedStarts.Integers(rows, window.Flags.Size, draw);
        var rollout = ModelRollout.Roll(
            agent,
            (IPredictiveEnv)envs.Env,
            learner.Dynamics(o.ImaginedHorizon, noise.ImaginedMembers, draw),
            window,
            torch.tensor(Array.ConvertAll(rows, row => (long)row)),
            noise.Imagined.NormalTensor(draw, o.ImaginedHorizon, o.ImaginedRollouts, agent.Actor.Actions));
        Backward.Run(Loss(rollout.Rewards, rollout.NextValues, rollout.Flags));
        imaginedAdam.Step(rates.Actor * o.ImaginedRate, o.MaxGradientNorm);
        if (o.ImaginedCriticPasses > 0) rollout.FitCritic(agent, rates.Critic, o.ImaginedCriticPasses);
    }

    /// <summary>
    /// Rolls the model M times for H' steps from states of the environment's window, with the same policy, critic and
    /// reward function.
    /// </summary>
    private ModelRollout RollModel(Func<Tensor, Tensor, Tensor> predict, RolloutWindow window) => ModelRollout.Roll(
        agent,
        (IPredictiveEnv)envs.Env,
        predict,
        window,
        torch.tensor(StartRows()),
        noise.Model.NormalTensor(iteration, o.ModelHorizon, o.ModelRollouts, agent.Actor.Actions));

    /// <summary>
    /// Picks the rows of the window that model rollouts start from. If the weight is measured, these lie in only one
    /// half of the environments.
    /// </summary>
    private long[] StartRows()
    {
        long[] allowed = [.. Enumerable.Range(0, o.Environments)
            .Where(lane => blend is null || blend.Signs[lane] == GradientBlend.HalfOf(iteration))
            .Select(lane => (long)lane)];
        var picks = new int[o.ModelRollouts];
        if (o.ModelStarts == ModelStarts.Window) noise.Starts.Integers(picks, o.Horizon * allowed.Length, iteration);
        else for (int k = 0; k < picks.Length; k++) picks[k] = (int)((k + (iteration * picks.Length)) % allowed.Length);
        return Array.ConvertAll(picks, p => (p / allowed.Length * o.Environments) + allowed[p % allowed.Length]);
    }

    /// <summary>Leaves the gradient of the combined loss in the actor's gradients.</summary>
    /// <returns>The weight beta of the model's objective.</returns>
    private double Differentiate(RolloutWindow window, Tensor? ofEnv, Tensor? ofModel, double beta)
    {
        if (blend is not null && ofModel is not null) return DifferentiateBlended(window, ofEnv!, ofModel, blend);
        var loss = ofEnv is null ? ofModel : ofModel is null ? ofEnv : ofEnv + (beta * ofModel);
        if (loss is not null) Backward.Run(loss);
        return beta;
    }

    /// <summary>Leaves e + beta m in the actor's gradients, with the beta of least mean squared error.</summary>
    private double DifferentiateBlended(RolloutWindow window, Tensor ofEnv, Tensor ofModel, GradientBlend blend)
    {
        float[] m = Gradient(ofModel);
        var signs = torch.tensor(blend.Signs);
        float[] d = Gradient(Loss(window.Rewards * signs, window.NextValues * signs, window.Flags), retainGraph: true);
        Backward.Run(ofEnv);
        Span<float> e = agent.Actor.Parameters.Gradients;
        if (!blend.Observe(e, d, m, GradientBlend.HalfOf(iteration))) return 0;
        double beta = blend.Weight;
        for (int i = 0; i < e.Length; i++) e[i] += (float)(beta * m[i]);
        return beta;
    }

    /// <summary>
    /// Computes the cosine between the policy gradients through the model and through the environment, from the same
    /// states and with the same noise. This takes environment steps that are not used for learning.
    /// </summary>
    private double CheckModel(RolloutWindow window)
    {
        float[] Through(Func<Tensor, Tensor, Tensor> predict)
        {
            var rollout = RollModel(predict, window);
            return Gradient(Loss(rollout.Rewards, rollout.NextValues, rollout.Flags));
        }
        return GradientHealth.Cosine(
            Through(model!.Predict), Through((state, action) => EnvMeter.Step(envs.Env, state, action).NextState));
    }

    /// <summary>Computes the actor's gradient of a loss, and leaves the actor's gradients at zero.</summary>
    private float[] Gradient(Tensor loss, bool retainGraph = false)
    {
        Backward.Run(loss, retainGraph);
        float[] gradient = agent.Actor.Parameters.Gradients.ToArray();
        agent.Actor.Parameters.ZeroGradients();
        return gradient;
    }

    private static double Norm(ReadOnlySpan<double> parts)
    {
        double sum = 0;
        foreach (double part in parts) sum += part * part;
        return Math.Sqrt(sum);
    }
}
