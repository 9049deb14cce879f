namespace MbMix.Learning;

/// <summary>
/// A trainable forward pass of a <see cref="BoundMlp"/> on given data, with its output and products with its Jacobian in the graph: what losses on
/// derivatives need. The input is data; no gradient goes to it.
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

    /// <summary>Vector-Jacobian products, row by row: <c>c dOutput/dInput</c>; differentiable in the parameters and in the cotangents.</summary>
    /// <param name="cotangent">c, float32 <c>[B, Outputs]</c>.</param>
    /// <returns>Products <c>[B, Inputs]</c>.</returns>
    public Tensor Pullback(Tensor cotangent)
    {
        if (cotangent.dim() != 2 || cotangent.size(0) != Rows || cotangent.size(1) != Network.Network.Outputs || cotangent.dtype != torch.ScalarType.Float32)
            throw new MbMixException($"Cotangents of type {cotangent.dtype} and shape [{string.Join(", ", cotangent.shape)}] came; expected Float32 [{Rows}, {Network.Network.Outputs}].");
        return new PullbackFunction(this).Apply(cotangent, Network.Parameters.Trainable[0])[0];
    }
}
