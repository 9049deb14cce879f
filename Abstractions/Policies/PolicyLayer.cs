namespace MbMix;

/// <summary>
/// A dense layer: <c>y = norm(activation(W x + b))</c>, where norm is a layer normalization or the identity.
/// </summary>
/// <param name="Inputs">Size of x.</param>
/// <param name="Outputs">Size of y.</param>
/// <param name="Weight">W, <c>[Outputs, Inputs]</c>, row-major.</param>
/// <param name="Bias">b, <c>[Outputs]</c>.</param>
/// <param name="Activation">Nonlinearity; null for none.</param>
public sealed record PolicyLayer(int Inputs, int Outputs, float[] Weight, float[] Bias, Activation? Activation)
{
    /// <summary>
    /// Gain of the layer normalization after the activation, <c>[Outputs]</c>; null if there is none.
    /// </summary>
    public float[]? Gain { get; init; }

    /// <summary>Offset of the layer normalization, <c>[Outputs]</c>; null if there is none.</summary>
    public float[]? Offset { get; init; }
}
