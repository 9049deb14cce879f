namespace MbMix.Learning;

/// <summary>
/// A trainable forward pass of a <see cref="BoundMlp"/> whose output and vector-Jacobian products are both in the
/// graph, as losses on derivatives need. The input is data and receives no gradient.
/// </summary>
public sealed class MlpPass
{
    internal MlpPass(BoundMlp network, Tensor input)
    {
        Network = network;
        Input = input.detach().contiguous();
        Rows = (int)input.size(0);
        Tape = TensorSpans.Empty((long)Rows * network.Kernel.Layout.TapeRow);
        Version = network.Version;
        Output = new PassFunction(this).Apply(network.Parameters.Trainable[0])[0];
    }

    /// <summary>The output <c>[B, Outputs]</c>, trainable.</summary>
    public Tensor Output { get; }

    internal BoundMlp Network { get; }

    internal Tensor Input { get; }

    internal Tensor Tape { get; }

    internal int Rows { get; }

    internal long Version { get; }

    /// <summary>
    /// Pulls cotangents of the output back to the input, row by row. The result is differentiable in the cotangents and
    /// in the parameters.
    /// </summary>
    /// <param name="dOutput">Cotangents of the output, float32 <c>[B, Outputs]</c>.</param>
    /// <returns>Cotangents of the input, <c>dOutput * J</c>, <c>[B, Inputs]</c>.</returns>
    public Tensor Pullback(Tensor dOutput)
    {
        int outputs = Network.Network.Outputs;
        if (dOutput.dim() != 2
            || dOutput.size(0) != Rows || dOutput.size(1) != outputs || dOutput.dtype != torch.ScalarType.Float32)
        {
            throw new MbMixException(
                $"Cotangents of type {dOutput.dtype} and shape [{string.Join(", ", dOutput.shape)}] came; "
                + $"expected Float32 [{Rows}, {outputs}].");
        }
        return new PullbackFunction(this).Apply(dOutput, Network.Parameters.Trainable[0])[0];
    }
}
