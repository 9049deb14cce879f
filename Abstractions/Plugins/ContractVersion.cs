namespace MbMix;

/// <summary>The version of these contracts. Same major version: plugins and host fit; the minor version grows with additions.</summary>
public static class ContractVersion
{
    /// <summary>The current version, <c>major.minor</c>.</summary>
    public const string Current = "1.1";
}
