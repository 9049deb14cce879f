namespace MbMix;

/// <summary>How the unbounded output of a policy network becomes an action within the environment's bounds.</summary>
public enum ActionSquash
{
    /// <summary>Hyperbolic tangent: differentiable everywhere.</summary>
    Tanh,

    /// <summary>Clipping to [-1, 1].</summary>
    Clip,
}
