using System.Security.Cryptography;
using System.Text;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>The secret that requests carry. It is in no command line, where others could see it.</summary>
internal static class ClusterToken
{
    private const int Shortest = 16;

    /// <summary>Reads the token from a file or from the environment; null if there is none.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is too short.</exception>
    public static string? Read(string? file)
    {
        string? token = Environment.GetEnvironmentVariable(ClusterAddress.TokenVariable)?.Trim();
        string where = $"the variable {ClusterAddress.TokenVariable}";
        if (file is not null)
        {
            where = OneLine.Path(file);
            try
            {
                token = File.ReadAllText(file).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"the token in {where} cannot be read: {FileTrouble.ReasonOf(e)}", e);
            }
        }
        else if (string.IsNullOrEmpty(token))
        {
            return null;
        }
        if (token!.Length < Shortest || !token.All(c => c is > ' ' and < (char)127))
            throw new ConfigurationException(FormattableString.Invariant(
                $"the token in {where} must have {Shortest} or more characters, none of them a space: ")
                + "take a long random one.");
        return token;
    }

    /// <summary>Compares tokens in a time that says nothing about where they differ.</summary>
    public static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
