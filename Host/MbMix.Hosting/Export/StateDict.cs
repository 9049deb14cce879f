namespace MbMix.Hosting;

/// <summary>
/// Writes a policy as a state dictionary of PyTorch in the safetensors format, with names as in
/// <c>torch.nn.Sequential</c>.
/// </summary>
internal static class StateDict
{
    private const string Format = "mbmix-state-dict-1";

    /// <summary>Writes the file; the same policy gives the same bytes.</summary>
    public static void Write(string path, PolicyArtifact policy) => SafetensorsFile.Write(
        path, PolicyDescription.Texts(Format, policy), Tensors(policy).ToDictionary(t => t.Name, Entry));

    private static IEnumerable<PolicyTensor> Tensors(PolicyArtifact policy)
    {
        if (policy.Normalizer is { } normalizer)
        {
            yield return PolicyTensor.Vector("normalizer.mean", normalizer.Mean);
            yield return PolicyTensor.Vector("normalizer.scale", normalizer.Scale);
        }
        foreach (var tensor in PolicyModule.Of(policy).SelectMany(m => m.Tensors)) yield return tensor;
        var bounds = policy.Action.Dimensions;
        yield return PolicyTensor.Vector("action.low", [.. bounds.Select(d => (float)d.Low)]);
        yield return PolicyTensor.Vector("action.high", [.. bounds.Select(d => (float)d.High)]);
        if (policy.LogStd is { } logStd) yield return PolicyTensor.Vector("log_std", logStd);
    }

    private static SafetensorsEntry Entry(PolicyTensor tensor) =>
        new("F32", sizeof(float), tensor.Shape, tensor.Bytes());
}
