namespace MujocoSharp;

/// <summary>Limits on the models that are accepted, so that an untrusted file cannot exhaust the machine.</summary>
public sealed class MjLoadOptions
{
    /// <summary>Maximum memory of the model together with one data object [bytes]. Default 4 GiB.</summary>
    public long MaximumMemory { get; init; } = 4L << 30;

    /// <summary>Maximum size of the model's text, included files counted [bytes]. Default 64 MiB.</summary>
    public long MaximumText { get; init; } = 64L << 20;

    /// <summary>
    /// Maximum total size of the mesh, texture, height field and skin files of a model [bytes]. Default 256 MiB.
    /// </summary>
    public long MaximumAssets { get; init; } = 256L << 20;

    /// <summary>
    /// Maximum number of XML elements in the model, those counted that come from included files, are replicated or
    /// attached. Default 200,000.
    /// </summary>
    public int MaximumElements { get; init; } = 200_000;

    /// <summary>
    /// Maximum time for the simulations that the compiler runs to find the length range of muscles. Default 30 s.
    /// </summary>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(30);
}
