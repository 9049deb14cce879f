namespace MbMix;

/// <summary>Nonlinearity of the hidden layers of a network.</summary>
public enum Activation
{
    /// <summary>x for x above 0, exp(x) - 1 below.</summary>
    Elu,

    /// <summary>x times the logistic function of x; smooth and therefore suited to losses on derivatives.</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,
}
