using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The ten lines that train inside a program of their own.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class EmbeddingSample
{
    [Fact]
    public async Task It_trains_and_touches_neither_console_nor_files()
    {
        var build = await Shell.RunAsync("dotnet", ["build", "-c", Shell.Configuration, "samples/embedding"]);
        Assert.True(build.Code == 0, build.Output + build.Error);
        string program = Path.Combine(Shell.Root, "samples", "embedding", "bin", Shell.Configuration, "net10.0", "Samples.Embedding");
        var before = Written(program);

        string folder = Directory.CreateTempSubdirectory("mbmix-embedding-").FullName;
        try
        {
            // everything a program could write to by default is here; the runtime's own diagnostics sockets are not the sample's
            var run = await Shell.RunAsync(program, [], folder, ("HOME", folder), ("TMPDIR", folder), ("DOTNET_EnableDiagnostics", "0"));
            Assert.Equal(new ShellResult(0, "", ""), run);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
            Assert.Equal(before, Written(program));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // files beside the program and when each was written
    private static Dictionary<string, DateTime> Written(string program) =>
        Directory.GetFiles(Path.GetDirectoryName(program)!, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
}
