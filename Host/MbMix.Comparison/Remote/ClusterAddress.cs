namespace MbMix.Comparison;

/// <summary>Where a coordinator is found, and what it asks for.</summary>
/// <param name="Uri">Address, with scheme and port.</param>
/// <param name="TokenFile">A file with the token; null for the environment's, or none.</param>
/// <param name="Certificate">
/// A file with the certificate to trust (PEM), if it is not one that the system trusts; null otherwise.
/// </param>
public sealed record ClusterAddress(Uri Uri, string? TokenFile = null, string? Certificate = null)
{
    /// <summary>The variable with the token.</summary>
    public const string TokenVariable = "MBMIX_CLUSTER_TOKEN";

    /// <summary>Reads an address as people give it: <c>HOST</c>, <c>HOST:PORT</c>, or with a scheme.</summary>
    /// <exception cref="ConfigurationException">The text is no address.</exception>
    public static Uri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.Host.Length == 0 || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
            throw new ConfigurationException(
                $"{OneLine.Value(text)} is not the address of a coordinator: HOST, HOST:PORT or https://HOST:PORT is "
                + "expected.");
        bool port = whole.EndsWith(FormattableString.Invariant($":{uri.Port}"), StringComparison.Ordinal)
            || whole.EndsWith(FormattableString.Invariant($":{uri.Port}/"), StringComparison.Ordinal);
        return port ? uri : new UriBuilder(uri) { Port = ClusterServeOptions.DefaultPort }.Uri;
    }
}
