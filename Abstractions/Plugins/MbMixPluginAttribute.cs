namespace MbMix;

/// <summary>Marks an assembly as an MbMix plugin and names its registration class.</summary>
/// <param name="registration">
/// A class with a parameterless constructor that implements <see cref="IMbMixPlugin"/>.
/// </param>
/// <param name="contractVersion">
/// Contract version of the plugin. If omitted, the compiler fills in the version that the plugin is compiled against.
/// </param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MbMixPluginAttribute(
    Type registration, string contractVersion = MbMix.ContractVersion.Current) : Attribute
{
    /// <summary>The registration class.</summary>
    public Type Registration { get; } = registration;

    /// <summary>The contract version the plugin was compiled against.</summary>
    public string ContractVersion { get; } = contractVersion;
}
