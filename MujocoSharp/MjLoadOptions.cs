namespace MujocoSharp;

/// <summary>Limits on the models that are accepted.</summary>
public sealed class MjLoadOptions
{
    /// <summary>Most memory that the model together with one data object may take [bytes]; 1 GiB.</summary>
    public long MaximumMemory { get; init; } = 1L << 30;

    /// <summary>Most text that a model file may have, with all it includes [bytes]; 64 MiB.</summary>
    public long MaximumText { get; init; } = 64L << 20;

    /// <summary>Most bytes that the mesh, texture, height field and skin files of a model may have together; 256 MiB.</summary>
    public long MaximumAssets { get; init; } = 256L << 20;

    /// <summary>Most elements in the model file, with all it includes; 200,000.</summary>
    public int MaximumElements { get; init; } = 200_000;

    /// <summary>Longest simulation while compiling, which muscles without a length range need; 30 s.</summary>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(30);
}
