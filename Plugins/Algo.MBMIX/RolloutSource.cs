namespace MbMix.Algo.MBMIX;

/// <summary>Where the actor's gradient comes from.</summary>
public enum RolloutSource
{
    /// <summary>The environment alone: the algorithm is MIX.</summary>
    Env,

    /// <summary>The dynamics model alone: a control.</summary>
    Model,

    /// <summary>Environment and dynamics model: MB-MIX.</summary>
    Both,
}
