using System.Security.Cryptography;
using System.Text;

namespace MbMix.Cluster;

/// <summary>Names content by its SHA-256, in lower-case hexadecimal.</summary>
internal static class ContentHash
{
    /// <summary>Number of characters of a hash.</summary>
    public const int Length = 64;

    /// <summary>Whether a text is a hash.</summary>
    public static bool IsValid(string text) =>
        text.Length == Length && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    /// <summary>Returns the hash of a file.</summary>
    public static async Task<string> OfFileAsync(string path, CancellationToken stop)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop).ConfigureAwait(false));
    }

    /// <summary>Returns the hash of a text.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
