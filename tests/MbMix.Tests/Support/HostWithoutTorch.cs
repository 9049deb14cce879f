namespace MbMix.Tests.Support;

/// <summary>
/// A copy of the built command that lacks the native libraries of torch, as on a system that has none, and the package
/// for clusters, in a folder that holds nothing else.
/// </summary>
public sealed class HostWithoutTorch : IDisposable
{
    private static readonly string[] Torch = ["libtorch", "libLibTorchSharp", "libc10", "libgomp", "torch_cpu", "c10", "LibTorchSharp"];

    public HostWithoutTorch()
    {
        foreach (string file in Directory.EnumerateFiles(Shell.Host, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Shell.Host, file), place = relative.Split(Path.DirectorySeparatorChar)[0];
            bool published = place is "publish" or "cluster" || place.StartsWith("linux-", StringComparison.Ordinal) || place.StartsWith("win-", StringComparison.Ordinal)
                || place.StartsWith("osx-", StringComparison.Ordinal);
            if (published || Torch.Any(name => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal))) continue;
            string copy = Path.Combine(Host, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A folder of the test's own; commands run in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mbmix-torchless-").FullName;

    /// <summary>The folder of the command.</summary>
    public string Host => Path.Combine(Folder, "host");

    /// <summary>Runs the command, although torch is among the packages that were restored for the tests.</summary>
    internal Task<ShellResult> RunAsync(params IEnumerable<string> arguments) =>
        Shell.RunAsync(Path.Combine(Host, Path.GetFileName(Shell.MbMix)), arguments, Folder);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
