using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MbMix.Benchmarks.Cluster;

/// <summary>Files with a token and a certificate of its own, for a coordinator that others can reach.</summary>
internal sealed class Secrets
{
    private readonly string folder;

    /// <summary>Writes the files.</summary>
    public Secrets(string folder, string address)
    {
        this.folder = folder;
        File.WriteAllText(Token, RandomNumberGenerator.GetHexString(40));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Token, UnixFileMode.UserRead);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mbmix", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-1), now.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Both, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    /// <summary>Options of <c>serve</c>.</summary>
    public string[] Serve => ["--token-file", Token, "--certificate", Both];

    /// <summary>Options of everybody else.</summary>
    public string[] Ask => ["--token-file", Token, "--certificate", Certificate];

    private string Token => Path.Combine(folder, "token");

    private string Certificate => Path.Combine(folder, "certificate.pem");

    private string Both => Path.Combine(folder, "coordinator.pem");
}
