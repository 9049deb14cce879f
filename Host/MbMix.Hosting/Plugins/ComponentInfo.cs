namespace MbMix.Hosting;

/// <summary>One environment, model or algorithm in the catalog.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Full id, <c>namespace/name-vN</c>.</param>
/// <param name="Description">One line about it.</param>
/// <param name="OptionsType">The class of its options.</param>
/// <param name="Plugin">Name of the plugin it comes from.</param>
public record ComponentInfo(ComponentKind Kind, string Id, string Description, Type OptionsType, string Plugin)
{
    /// <summary>The id without namespace and version: <c>cartpole-swingup</c>.</summary>
    public string ShortName => ComponentId.ShortName(Id);

    /// <summary>One line what this machine lacks for it and how to get that, or null. May load a native library to find out.</summary>
    public virtual string? FindUnavailable() => null;
}
