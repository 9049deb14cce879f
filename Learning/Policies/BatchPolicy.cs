namespace MbMix.Learning;

/// <summary>
/// Evaluates a policy artifact on batches of observations. Networks that an <see cref="Mlp"/> can describe run on the
/// same kernels as in training, all others on libtorch operations.
/// </summary>
internal sealed class BatchPolicy : IDisposable
{
    private readonly PolicyArtifact artifact;
    private readonly ActionBounds bounds;
    private readonly NormalizerSnapshot? normalizer;
    private readonly ParameterSet? parameters;
    private readonly BoundMlp? network;

    public BatchPolicy(PolicyArtifact artifact)
    {
        this.artifact = artifact;
        bounds = new ActionBounds(artifact.Action);
        if (artifact.Normalizer is { } n)
            normalizer = new NormalizerSnapshot(
                TensorSpans.From(n.Mean, n.Mean.Length), TensorSpans.From(n.Scale, n.Scale.Length));
        if (Describe(artifact.Layers) is not { } mlp) return;
        parameters = new ParameterSet(mlp.Parameters());
        int p = 0;
        foreach (var layer in artifact.Layers)
        {
            foreach (float[]? part in new[] { layer.Weight, layer.Bias, layer.Gain, layer.Offset })
                part?.CopyTo(parameters[p++]);
        }
        network = new BoundMlp(mlp, parameters);
    }

    public Tensor Act(Tensor observation, Tensor? noise)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var x = observation.to(torch.ScalarType.Float32);
        if (normalizer is not null) x = normalizer.Normalize(x);
        var unbounded = network is null ? ForwardLayers(x) : network.Forward(x, train: false);
        if (noise is not null && artifact.LogStd is { } logStd)
            unbounded += noise * TensorSpans.From(logStd, logStd.Length).exp();
        return bounds.Scale(GaussianPolicy.Squash(unbounded, artifact.Squash)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        network?.Dispose();
        parameters?.Dispose();
        normalizer?.Dispose();
        bounds.Dispose();
    }

    /// <summary>
    /// Describes the layers as one network; null unless all hidden layers are alike and the last layer is linear.
    /// </summary>
    private static Mlp? Describe(IReadOnlyList<PolicyLayer> layers)
    {
        var (hidden, last) = (layers.Take(layers.Count - 1).ToArray(), layers[^1]);
        if (last.Activation is not null || last.Gain is not null) return null;
        var activation = hidden.Length > 0 ? hidden[0].Activation : Activation.Elu;
        bool norm = hidden.Length > 0 && hidden[0].Gain is not null;
        if (activation is null || hidden.Any(l => l.Activation != activation || (l.Gain is not null) != norm))
            return null;
        return new Mlp(layers[0].Inputs, [.. hidden.Select(l => l.Outputs)], last.Outputs, activation.Value, norm);
    }

    private Tensor ForwardLayers(Tensor x)
    {
        foreach (var layer in artifact.Layers)
        {
            Tensor weight = TensorSpans.From(layer.Weight, layer.Outputs, layer.Inputs),
                bias = TensorSpans.From(layer.Bias, layer.Outputs);
            x = torch.nn.functional.linear(x, weight, bias);
            if (layer.Activation is { } activation) x = Mlp.Activate(activation, x);
            if (layer.Gain is null) continue;
            x = torch.nn.functional.layer_norm(
                x, [layer.Outputs], TensorSpans.From(layer.Gain, layer.Outputs),
                TensorSpans.From(layer.Offset, layer.Outputs), MlpKernel.NormEpsilon);
        }
        return x;
    }
}
