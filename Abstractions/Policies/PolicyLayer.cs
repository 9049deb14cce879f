namespace MbMix;

/// <summary>A dense layer: <c>y = norm(activation(W x + b))</c>.</summary>
/// <param name="Inputs">Components of x.</param>
/// <param name="Outputs">Components of y.</param>
/// <param name="Weight">W, <c>[Outputs, Inputs]</c>, row-major.</param>
/// <param name="Bias">b, Outputs values.</param>
/// <param name="Activation">Nonlinearity; null for none.</param>
public sealed record PolicyLayer(int Inputs, int Outputs, float[] Weight, float[] Bias, Activation? Activation)
{
    /// <summary>Gain of a layer normalization behind the activation, Outputs values; null where there is none.</summary>
    public float[]? Gain { get; init; }

    /// <summary>Offset of the layer normalization, Outputs values.</summary>
    public float[]? Offset { get; init; }
}
