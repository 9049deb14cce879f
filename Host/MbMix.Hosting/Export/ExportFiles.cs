namespace MbMix.Hosting;

/// <summary>The files that a policy is exported to, each of them optional.</summary>
public sealed record ExportFiles
{
    /// <summary>Path of a model in the ONNX format; null for none.</summary>
    public string? Onnx { get; init; }

    /// <summary>Path of a state dictionary of PyTorch in the safetensors format; null for none.</summary>
    public string? StateDict { get; init; }

    /// <summary>Path of a card in JSON, which describes the policy and names the other files; null for none.</summary>
    public string? Card { get; init; }
}
