namespace MbMix.Learning;

/// <summary>Checks that the parts of a policy artifact fit together.</summary>
internal static class PolicyChecks
{
    // far more than any controller needs, and small enough to allocate
    public const int MaximumSize = 1 << 16;

    /// <summary>Throws if a policy made from the artifact could not act.</summary>
    /// <exception cref="MbMixException">The artifact is not consistent; the message names the part.</exception>
    public static void Require(PolicyArtifact artifact)
    {
        if (Problem(artifact) is { } problem) throw new MbMixException($"The policy cannot act: {problem}.");
    }

    private static string? Problem(PolicyArtifact a)
    {
        int observations = a.Observation.Size, actions = a.Action.Size;
        if (observations is < 1 or > MaximumSize || actions is < 1 or > MaximumSize)
            return $"it has {observations} observations and {actions} actions";
        if (!(a.ControlPeriod > 0) || !double.IsFinite(a.ControlPeriod)) return "its control period is not positive";
        foreach (var d in a.Action.Dimensions)
        {
            // actions are scaled in single precision
            bool finite = float.IsFinite((float)(d.High - d.Low)) && float.IsFinite((float)(d.High + d.Low));
            if (!finite || d.Low >= d.High)
                return $"action '{d.Name}' has no finite bounds with low below high";
        }
        if (a.Layers.Count == 0) return "it has no layers";
        int size = observations;
        for (int i = 0; i < a.Layers.Count; i++)
        {
            var layer = a.Layers[i];
            if (layer.Inputs != size) return $"layer {i} takes {layer.Inputs} numbers, but gets {size}";
            if (layer.Outputs is < 1 or > MaximumSize) return $"layer {i} has {layer.Outputs} outputs";
            if (layer.Weight.Length != (long)layer.Inputs * layer.Outputs || layer.Bias.Length != layer.Outputs)
                return $"the weights of layer {i} have the wrong size";
            if ((layer.Gain is null) != (layer.Offset is null) || (layer.Gain?.Length ?? layer.Outputs) != layer.Outputs
                || (layer.Offset?.Length ?? layer.Outputs) != layer.Outputs)
                return $"the normalization of layer {i} has the wrong size";
            if (!Finite(layer.Weight) || !Finite(layer.Bias) || !Finite(layer.Gain) || !Finite(layer.Offset))
                return $"layer {i} holds numbers that are not finite";
            size = layer.Outputs;
        }
        if (size != actions) return $"its network returns {size} numbers for {actions} actions";
        if (a.Normalizer is { } n && (n.Mean.Length != observations || n.Scale.Length != observations))
            return "the sizes of its normalizer and its observation differ";
        if (!Finite(a.Normalizer?.Mean) || !Finite(a.Normalizer?.Scale))
            return "its normalizer holds numbers that are not finite";
        if (a.LogStd is { } logStd && (logStd.Length != actions || !Finite(logStd)))
            return "its standard deviations are not one finite number per action";
        return null;
    }

    private static bool Finite(float[]? values) => values is null || Array.TrueForAll(values, float.IsFinite);
}
