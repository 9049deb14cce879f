namespace MbMix.Tests.Support;

/// <summary>
/// A copy of the built command that lacks the native libraries of torch, as on a system that has none, in a folder that
/// holds nothing else.
/// </summary>
public sealed class HostWithoutTorch : IDisposable
{
    private static readonly string[] Torch = ["libtorch", "libLibTorchSharp", "libc10", "libgomp", "torch_cpu", "c10", "LibTorchSharp"];

    public HostWithoutTorch()
    {
        string host = Path.Combine(Folder, "host");
        foreach (string file in Directory.EnumerateFiles(Shell.Host, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Shell.Host, file), place = relative.Split(Path.DirectorySeparatorChar)[0];
            bool published = place == "publish" || place.StartsWith("linux-", StringComparison.Ordinal) || place.StartsWith("win-", StringComparison.Ordinal)
                || place.StartsWith("osx-", StringComparison.Ordinal);
            if (published || Torch.Any(name => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal))) continue;
            string copy = Path.Combine(host, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Directory.CreateDirectory(Path.Combine(Folder, "home"));
    }

    /// <summary>A folder of the test's own; commands run in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mbmix-torchless-").FullName;

    /// <summary>Runs the command; torch is not among restored packages either.</summary>
    internal Task<ShellResult> RunAsync(params IEnumerable<string> arguments)
    {
        string home = Path.Combine(Folder, "home");
        return Shell.RunAsync(Path.Combine(Folder, "host", Path.GetFileName(Shell.MbMix)), arguments, Folder, ("HOME", home), ("NUGET_PACKAGES", home));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
