using System.Security.Cryptography;

namespace MbMix.Tests.Hostile;

/// <summary>
/// A folder beside those that hostile files lie in, which nothing may change. Traps point at what it holds.
/// </summary>
internal sealed class Canary
{
    private readonly string before;

    public Canary(string path)
    {
        Folder = Directory.CreateDirectory(path).FullName;
        Directory.CreateDirectory(this["folder/checkpoints"]);
        foreach (string name in new[] { "file", "folder/metrics.csv", "folder/policy.safetensors",
            "folder/checkpoints/checkpoint-000000030.safetensors", "folder/0.rows" })
        {
            File.WriteAllText(this[name], $"the canary's {name}");
        }
        before = Describe();
    }

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Everything as it was: names, kinds, contents, times of writing.</summary>
    public void AssertUntouched(string after) =>
        Assert.True(Describe() == before, $"the canary changed: {after}\n{before}\n{Describe()}");

    private string Describe() =>
        string.Join('\n', Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(path =>
        File.Exists(path)
            ? $"{path} {File.GetLastWriteTimeUtc(path).Ticks} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}" : path));
}
