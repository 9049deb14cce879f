namespace MbMix;

/// <summary>Nonlinearity applied after each hidden layer of a network.</summary>
public enum Activation
{
    /// <summary>Exponential linear unit: x for x above 0, exp(x) - 1 below.</summary>
    Elu,

    /// <summary>
    /// x times the logistic function of x. It is smooth, and therefore suited to losses on derivatives.
    /// </summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Rectified linear unit: max(x, 0).</summary>
    Relu,
}
