namespace MbMix.Hosting;

/// <summary>An environment, model or algorithm in the catalog.</summary>
/// <param name="Kind">Kind of component.</param>
/// <param name="Id">Full id, <c>namespace/name-vN</c>.</param>
/// <param name="Description">Description in one line.</param>
/// <param name="OptionsType">Type of the component's options.</param>
/// <param name="Plugin">Name of the plugin that offers the component.</param>
public record ComponentInfo(ComponentKind Kind, string Id, string Description, Type OptionsType, string Plugin)
{
    /// <summary>The id without namespace and version, such as <c>cartpole-swingup</c>.</summary>
    public string ShortName => ComponentId.ShortName(Id);

    /// <summary>
    /// Says in one line what this machine lacks to run the component and how to get it; null if nothing is missing. May
    /// load a native library to find out.
    /// </summary>
    public virtual string? FindUnavailable() => null;
}
