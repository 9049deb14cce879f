using System.ComponentModel.DataAnnotations;

namespace MbMix.Model.Sobolev;

/// <summary>
/// Options of the Sobolev-trained dynamics model. The paper states none of these values; docs/paper.md gives the
/// reasons for ours.
/// </summary>
public sealed class SobolevMlpOptions
{
    /// <summary>
    /// Number of networks in the ensemble. Each fit trains one of them, in turn; a rollout may follow another one at
    /// every step. Default 1.
    /// </summary>
    [Range(1, 64)]
    public int Members { get; set; } = 1;

    /// <summary>Sizes of the hidden layers. Default 256, 256.</summary>
    [MinLength(1), LayerSizes]
    public int[] Hidden { get; set; } = [256, 256];

    /// <summary>
    /// Activation of the hidden layers. It should be smooth, because the loss differentiates the network twice. Default
    /// silu.
    /// </summary>
    public Activation Activation { get; set; } = Activation.Silu;

    /// <summary>Whether each hidden layer is followed by layer normalization. Default true.</summary>
    public bool LayerNorm { get; set; } = true;

    /// <summary>
    /// Weight alpha of the derivative error relative to the value error, both in whitened coordinates; 0 gives a
    /// conventional model trained on values only. Default 0.1.
    /// </summary>
    [Range(0, 1e6)]
    public double Alpha { get; set; } = 0.1;

    /// <summary>
    /// Which derivatives are matched: projected onto random directions, or the full Jacobian. Default projected.
    /// </summary>
    public DerivativeTargets Derivatives { get; set; } = DerivativeTargets.Projected;

    /// <summary>Number of random directions per transition if derivatives are projected. Default 1.</summary>
    [Range(1, 64)]
    public int Probes { get; set; } = 1;

    /// <summary>
    /// Number of transitions of a minibatch whose derivatives are matched, the first ones; 0 for all. A derivative
    /// costs about twice as much as a value. Default 0.
    /// </summary>
    [Range(0, 65536)]
    public int DerivativeBatch { get; set; }

    /// <summary>Learning rate of the Adam optimizer. Default 1e-3.</summary>
    [Range(1e-8, 1)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Gradient norm above which gradients are clipped; Infinity switches clipping off. Default 20.</summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double MaxGradientNorm { get; set; } = 20;

    /// <summary>Number of transitions to collect before the model is trained and used. Default 4000.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumTransitions { get; set; } = 4000;
}
