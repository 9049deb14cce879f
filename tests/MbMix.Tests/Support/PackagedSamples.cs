namespace MbMix.Tests.Support;

/// <summary>
/// The programs among the samples, built as strangers would build them: in folders of their own, from packages.
/// </summary>
public sealed class PackagedSamples : IAsyncLifetime
{
    // what the samples reference, and what that stands on
    private static readonly string[] Packages =
    [
        "Abstractions", "Differentiation", "Numerics", "Storage", "Simulation", "Learning", "Host/MbMix.Hosting",
        "Plugins/Algo.PPO", "Plugins/Algo.SHAC", "Plugins/Sim.Native",
    ];

    private readonly HostFolder folder = new();
    // a version that no package cache can have
    private readonly string version = "0.1.0-test." + Guid.NewGuid().ToString("N");

    /// <summary>The web service.</summary>
    public string AspNet => Path.Combine(folder["aspnet"], "bin", "Samples.AspNet");

    /// <summary>The control loop.</summary>
    public string ControlLoop => Path.Combine(folder["control-loop"], "bin", "Samples.ControlLoop");

    public async ValueTask InitializeAsync()
    {
        await PackAsync();
        var cache = await RunAsync("nuget", "locals", "global-packages", "--list");
        string packages = cache.Output[(cache.Output.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        foreach (string sample in new[] { "aspnet", "control-loop" })
        {
            Directory.CreateDirectory(folder[sample]);
            foreach (string file in Directory.GetFiles(Path.Combine(Shell.Root, "samples", sample)))
                File.Copy(file, Path.Combine(folder[sample], Path.GetFileName(file)));
            // our packages go into a folder of the test; all others are where they have always been
            await RunAsync(
                "build", "-c", Shell.Configuration, folder[sample], "-o", Path.Combine(folder[sample], "bin"),
                $"-p:MbMixVersion={version}", $"-p:MbMixFeed={folder["feed"]}",
                $"-p:RestorePackagesPath={folder["packages"]}",
                $"-p:RestoreAdditionalProjectFallbackFolders={packages}",
                "-p:CreateHardLinksForCopyLocalIfPossible=true");
        }
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task PackAsync()
    {
        var projects = Packages.SelectMany(p => Directory.GetFiles(Path.Combine(Shell.Root, p), "*.csproj"));
        string properties = $"Configuration={Shell.Configuration};NoBuild=true;IncludeSymbols=false;Version={version}";
        string task = $"""
            <MSBuild Projects="{string.Join(';', projects)}" Targets="Pack" BuildInParallel="true"
                     Properties="{properties};PackageOutputPath={folder["feed"]}" />
            """;
        await File.WriteAllTextAsync(
            folder["Feed.proj"], $"<Project><Target Name=\"Pack\">{task}</Target></Project>");
        await RunAsync("msbuild", folder["Feed.proj"], "-t:Pack", "-m");
    }

    private static async Task<ShellResult> RunAsync(params string[] arguments)
    {
        var result = await Shell.RunAsync("dotnet", arguments);
        if (result.Code == 0) return result;
        throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}:\n{result.Output}\n{result.Error}");
    }
}
