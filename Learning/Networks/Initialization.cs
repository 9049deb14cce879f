namespace MbMix.Learning;

/// <summary>How the weights of linear layers are initialized.</summary>
public enum Initialization
{
    /// <summary>
    /// Weights and biases uniform in [-1/sqrt(fan-in), 1/sqrt(fan-in)], the default of linear layers in PyTorch.
    /// </summary>
    Uniform,

    /// <summary>Orthogonal weights with gain sqrt(2); biases zero.</summary>
    Orthogonal,
}
