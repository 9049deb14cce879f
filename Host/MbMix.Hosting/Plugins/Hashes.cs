using System.Security.Cryptography;
using System.Text;

namespace MbMix.Hosting;

/// <summary>Computes hashes that identify files.</summary>
internal static class Hashes
{
    /// <summary>
    /// Returns the SHA-256 of a file in lower-case hexadecimal, or that of the list of names and hashes of several.
    /// </summary>
    public static string OfFiles(IReadOnlyList<string> files)
    {
        if (files.Count == 1) return OfFile(files[0]);
        var lines = files.OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(file => $"{OfFile(file)}  {Path.GetFileName(file)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static string OfFile(string file)
    {
        using var stream = RegularFile.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
