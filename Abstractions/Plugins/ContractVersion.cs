namespace MbMix;

/// <summary>
/// The version of these contracts. A plugin and a host work together if their major versions are equal and the plugin's
/// minor version is not newer; the minor version is incremented by additions.
/// </summary>
public static class ContractVersion
{
    /// <summary>The current version, <c>major.minor</c>.</summary>
    public const string Current = "2.3";
}
