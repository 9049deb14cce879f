namespace MbMix;

/// <summary>How the unbounded output of a policy network is mapped to [-1, 1].</summary>
public enum ActionSquash
{
    /// <summary>Hyperbolic tangent; differentiable everywhere.</summary>
    Tanh,

    /// <summary>Clipping to [-1, 1]; the gradient outside of it is zero.</summary>
    Clip,
}
