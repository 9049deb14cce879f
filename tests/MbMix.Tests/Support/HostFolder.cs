namespace MbMix.Tests.Support;

/// <summary>A folder of a test's own that goes away with it.</summary>
internal sealed class HostFolder : IDisposable
{
    public HostFolder() => Path = Directory.CreateTempSubdirectory("mbmix-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
