namespace MbMix.Algo.MBMIX;

/// <summary>Which rollouts the actor's gradient comes from.</summary>
public enum RolloutSource
{
    /// <summary>Rollouts in the environment only; the algorithm is MIX.</summary>
    Env,

    /// <summary>Rollouts in the dynamics model only; a control.</summary>
    Model,

    /// <summary>Rollouts in both environment and dynamics model; the algorithm is MB-MIX.</summary>
    Both,
}
