namespace MbMix.Learning;

/// <summary>Makes artifacts of the networks of this library.</summary>
public static class PolicyExport
{
    /// <summary>The layers of a network.</summary>
    /// <param name="network">Network.</param>
    /// <param name="parameters">A set that begins with its parameters.</param>
    /// <param name="outputs">Outputs of the last layer to keep; the others are left out.</param>
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

    /// <summary>An artifact with everything that stands in the environment's description.</summary>
    /// <param name="spec">The environment's description.</param>
    /// <param name="algorithm">Id of the algorithm.</param>
    /// <param name="normalizer">Statistics of the observation; null where observations are used as they are.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="squash">How actions are bounded.</param>
    /// <param name="logStd">Log standard deviations, A values.</param>
    public static PolicyArtifact Artifact(
        EnvSpec spec, string algorithm, ObservationNormalizer? normalizer, IReadOnlyList<PolicyLayer> layers, ActionSquash squash, ReadOnlySpan<float> logStd) => new()
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
