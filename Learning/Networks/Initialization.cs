namespace MbMix.Learning;

/// <summary>How the weights of linear layers start.</summary>
public enum Initialization
{
    /// <summary>Weights and biases uniform within 1/sqrt(fan-in), the customary default of linear layers.</summary>
    Uniform,

    /// <summary>Orthogonal weights with gain sqrt(2), biases zero.</summary>
    Orthogonal,
}
