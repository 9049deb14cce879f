using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Studies;

/// <summary>
/// A short-horizon actor-critic built from the same parts as the algorithms, with the same windows, objectives, critic
/// targets and optimizers. It can also draw gradients without learning from them.
/// </summary>
internal sealed class MixLearner : IDisposable
{
    private readonly ActorCriticOptions options;
    private readonly double lambda;
    private readonly double budget;
    private readonly VectorEnv envs;
    private readonly ActorCritic agent;
    private readonly CounterRandom training;
    private readonly CounterRandom drawing;

    /// <summary>Creates a learner whose learning rates do not change.</summary>
    public MixLearner(MixLearnerOptions options, IDifferentiableEnv env, long seed)
        : this(options.ForTraining(), options.TrainLambda, double.PositiveInfinity, env, seed)
    {
    }

    /// <summary>Creates a learner whose learning rates decrease over a budget of steps.</summary>
    /// <param name="options">Settings of the actor-critic.</param>
    /// <param name="lambda">Balance factor of the objective.</param>
    /// <param name="budget">Number of environment steps after which the rates have their final value.</param>
    /// <param name="env">The environment; the caller keeps ownership.</param>
    /// <param name="seed">Seed of everything random.</param>
    public MixLearner(ActorCriticOptions options, double lambda, double budget, IDifferentiableEnv env, long seed)
    {
        (this.options, this.lambda, this.budget) = (options, lambda, budget);
        envs = new VectorEnv(env, options.Environments, seed);
        agent = ActorCritic.Build(options, env.Spec, seed, workers: null, NullLogger.Instance);
        training = new CounterRandom(seed, "policy/noise");
        drawing = new CounterRandom(seed, "study/noise");
    }

    /// <summary>Number of training iterations so far.</summary>
    public int Iteration { get; private set; }

    /// <summary>Mean return of the last hundred training episodes; NaN before the first one.</summary>
    public double Return { get; private set; } = double.NaN;

    /// <summary>The actor-critic that is trained.</summary>
    public ActorCritic Agent => agent;

    /// <summary>Runs one iteration of training.</summary>
    /// <param name="observe">
    /// Receives the window before anything is learned from it; null if no transitions are needed.
    /// </param>
    public void Train(Action<RolloutWindow>? observe = null)
    {
        using var scope = torch.NewDisposeScope();
        var rates = agent.LearningRates(envs.Steps / budget);
        using var window = agent.Roll(
            envs, options.Horizon, training, Iteration, keepTransitions: observe is not null);
        observe?.Invoke(window);
        Backward.Run(MixObjective.Loss(window.Rewards, window.NextValues, window.Flags, options.Gamma, lambda));
        var episodes = envs.ReportEpisodes();
        agent.Descend(rates.Actor, window.Policy.ActionGradients, episodes.Faults);
        agent.FitCritic(window, rates.Critic);
        Return = episodes.MeanReturn;
        Iteration++;
    }

    /// <summary>
    /// Draws gradients of the actor, all from the current states. Each draw rolls the longest window once and computes
    /// the gradients of all objectives from it.
    /// </summary>
    /// <param name="objectives">Window length and lambda of each objective.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="receive">
    /// Receives draw, objective and gradient; the gradient's span is valid only during the call.
    /// </param>
    public void Draw(IReadOnlyList<(int Horizon, double Lambda)> objectives, int draws, GradientReceiver receive)
    {
        var entries = new Dictionary<string, SafetensorsEntry>();
        envs.Save(new CheckpointWriter("", entries, rows: null));
        int longest = objectives.Max(o => o.Horizon);
        var parameters = agent.Actor.Parameters;
        for (int draw = 0; draw < draws; draw++)
        {
            Restore(entries);
            using var scope = torch.NewDisposeScope();
            using var window = agent.Roll(envs, longest, drawing, ((long)Iteration * 1_000_000) + draw, observe: false);
            for (int k = 0; k < objectives.Count; k++)
            {
                var (rewards, nextValues, flags) = window.First(objectives[k].Horizon);
                parameters.ZeroGradients();
                Backward.Run(
                    MixObjective.Loss(rewards, nextValues, flags, options.Gamma, objectives[k].Lambda),
                    retainGraph: k < objectives.Count - 1);
                receive(draw, k, parameters.Gradients);
            }
            parameters.ZeroGradients();
        }
        Restore(entries);
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }

    private void Restore(IReadOnlyDictionary<string, SafetensorsEntry> entries) =>
        envs.Load(new CheckpointReader("", entries, new Dictionary<string, RowLog>(), segments: null));
}
