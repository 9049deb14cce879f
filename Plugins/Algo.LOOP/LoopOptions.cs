using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.LOOP;

/// <summary>
/// Settings of LOOP: those of its soft actor-critic, those of the planner, and when the model is trained. The defaults
/// are the published values, except for the number of environments and what follows from it.
/// </summary>
public sealed class LoopOptions : SoftActorCriticOptions
{
    /// <summary>Sets the published values where they differ from those of soft actor-critic.</summary>
    public LoopOptions() =>
        (LearningStarts, ActorLearningRate, CriticLearningRate, TemperatureLearningRate) = (1000, 1e-3, 1e-3, 1e-3);

    /// <summary>
    /// Steps of every environment per iteration; the updates for them follow in one block. Default 25, 200 transitions
    /// of 8 environments. Published: 50 steps of one environment.
    /// </summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 25;

    /// <summary>
    /// Number of planned actions H: H - 1 steps of the model, then the critic's value of the last action. Published: 3.
    /// </summary>
    [Range(1, 1000)]
    public int PlanHorizon { get; set; } = 3;

    /// <summary>Rounds in which the plan is improved. Published: 5.</summary>
    [Range(1, 1000)]
    public int PlanIterations { get; set; } = 5;

    /// <summary>Number M of action sequences drawn around the plan in each round. Published: 100.</summary>
    [Range(2, 100_000)]
    public int PlanCandidates { get; set; } = 100;

    /// <summary>
    /// Action sequences of the actor among the candidates of every round, as a share of M. They keep the planner near
    /// the actor. Published: 0.05.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ActorShare { get; set; } = 0.05;

    /// <summary>Number P of times that every elite of the model rolls each sequence. Published: 4.</summary>
    [Range(1, 1000)]
    public int PlanParticles { get; set; } = 4;

    /// <summary>
    /// Factor kappa of the scores in the weights softmax(kappa score). Published: 1, chosen from 1, 5, 10.
    /// </summary>
    [Range(0.0, 1e9)]
    public double Kappa { get; set; } = 1;

    /// <summary>
    /// Whether scores are divided by their standard deviation, so that kappa does not depend on the scale of rewards.
    /// Published: false.
    /// </summary>
    public bool NormalizeScores { get; set; }

    /// <summary>Share alpha of a round's variance that is kept for the next one. Published: 0.1.</summary>
    [Range(0.0, 1.0)]
    public double VarianceKept { get; set; } = 0.1;

    /// <summary>
    /// Transitions from one training of the model to the next. Default 1000, 125 steps of 8 environments. Published:
    /// 250 steps of one environment.
    /// </summary>
    [Range(1, 100_000_000)]
    public int RefitEvery { get; set; } = 1000;

    /// <summary>
    /// Largest number of passes over all transitions in one training of the model. Default 20. Published: no limit.
    /// </summary>
    [Range(1, 100_000)]
    public int RefitEpochs { get; set; } = 20;

    /// <summary>
    /// Largest number of rows that the model sees in one training, counting each pass, so that trainings do not grow
    /// with the replay buffer: with more transitions than that, only the latest are used. Default 0, no limit, as
    /// published.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int RefitRows { get; set; }

    /// <summary>Number of the actor's sequences among the candidates.</summary>
    internal int ActorCandidates => (int)Math.Round(ActorShare * PlanCandidates);
}
