using System.ComponentModel.DataAnnotations;

namespace MbMix.Model.Sobolev;

/// <summary>Options of the Sobolev-trained dynamics model. The paper states none of these values; see docs/paper.md for the reasons.</summary>
public sealed class SobolevMlpOptions
{
    /// <summary>Hidden layers. Default 256, 256.</summary>
    [MinLength(1)]
    public int[] Hidden { get; set; } = [256, 256];

    /// <summary>Nonlinearity; a smooth one, because the loss differentiates the network twice. Default silu.</summary>
    public Activation Activation { get; set; } = Activation.Silu;

    /// <summary>Layer normalization after each hidden layer. Default true.</summary>
    public bool LayerNorm { get; set; } = true;

    /// <summary>Weight alpha of the derivative error against the value error, both in whitened coordinates. 0 is the conventional model. Default 0.1.</summary>
    [Range(0, 1e6)]
    public double Alpha { get; set; } = 0.1;

    /// <summary>Which derivatives are matched: projected along random directions, or full. Default projected.</summary>
    public DerivativeTargets Derivatives { get; set; } = DerivativeTargets.Projected;

    /// <summary>Random directions per transition where derivatives are projected. Default 1.</summary>
    [Range(1, 64)]
    public int Probes { get; set; } = 1;

    /// <summary>Learning rate of Adam. Default 1e-3.</summary>
    [Range(1e-8, 1)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Largest norm of the gradient. Default 20.</summary>
    [Range(1e-3, 1e9)]
    public double MaxGradientNorm { get; set; } = 20;

    /// <summary>Transitions to collect before predictions are used. Default 4000.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumTransitions { get; set; } = 4000;
}
