namespace MbMix.Learning;

/// <summary>Creates policy artifacts from the networks of this library.</summary>
public static class PolicyExport
{
    /// <summary>Added to the variance by the layer normalizations of all policies.</summary>
    public const double NormEpsilon = MlpKernel.NormEpsilon;

    /// <summary>Copies the layers of a network into artifact form.</summary>
    /// <param name="network">Description of the network.</param>
    /// <param name="parameters">A parameter set that begins with the network's parameters.</param>
    /// <param name="outputs">
    /// Number of outputs of the last layer to keep; any further outputs, such as a value, are left out.
    /// </param>
    public static IReadOnlyList<PolicyLayer> Layers(Mlp network, ParameterSet parameters, int outputs)
    {
        var sizes = network.Sizes;
        var layers = new PolicyLayer[sizes.Count - 1];
        int p = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            bool last = i == layers.Length - 1;
            int rows = last ? outputs : sizes[i + 1];
            float[] weight = parameters[p++][..(rows * sizes[i])].ToArray(), bias = parameters[p++][..rows].ToArray();
            layers[i] = new PolicyLayer(sizes[i], rows, weight, bias, last ? null : network.Activation);
            if (last || !network.LayerNorm) continue;
            layers[i] = layers[i] with { Gain = parameters[p++].ToArray(), Offset = parameters[p++].ToArray() };
        }
        return layers;
    }

    /// <summary>
    /// Assembles an artifact, with names, units, bounds and control period from the environment's description.
    /// </summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="algorithm">Id of the algorithm that trained the policy.</param>
    /// <param name="normalizer">Statistics of the observation; null if observations are not normalized.</param>
    /// <param name="layers">Layers of the network, from the normalized observation to A unbounded values.</param>
    /// <param name="squash">How unbounded values are mapped to [-1, 1].</param>
    /// <param name="logStd">Log standard deviations of sampled actions before squashing, A values.</param>
    public static PolicyArtifact Artifact(
        EnvSpec spec, string algorithm, ObservationNormalizer? normalizer, IReadOnlyList<PolicyLayer> layers,
        ActionSquash squash, ReadOnlySpan<float> logStd) => new()
        {
            Environment = spec.Id,
            Algorithm = algorithm,
            Observation = spec.Observation,
            Action = spec.Action,
            ControlPeriod = spec.ControlPeriod,
            Normalizer = normalizer?.Export(),
            Layers = layers,
            Squash = squash,
            LogStd = logStd.ToArray(),
        };
}
