namespace MujocoSharp;

/// <summary>Limits on the models that are accepted.</summary>
public sealed class MjLoadOptions
{
    /// <summary>Most memory that the model together with one data object may take [bytes]; 1 GiB.</summary>
    public long MaximumMemory { get; init; } = 1L << 30;
}
