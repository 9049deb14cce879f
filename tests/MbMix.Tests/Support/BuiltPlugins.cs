namespace MbMix.Tests.Support;

/// <summary>The sample plugins and the bad ones, built as strangers would build them: outside the solution, against the built host.</summary>
public sealed class BuiltPlugins : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("mbmix-plugins-").FullName;

    /// <summary>Folder with the samples.</summary>
    public string Good => Path.Combine(folder, "good");

    /// <summary>Folder with the bad ones.</summary>
    public string Bad => Path.Combine(folder, "bad");

    /// <summary>Folder with the one that has dependencies of its own.</summary>
    public string Private => Path.Combine(folder, "private");

    /// <summary>Folder with those that hang or end the process, apart from the others.</summary>
    public string Fatal => Path.Combine(folder, "fatal");

    public async ValueTask InitializeAsync()
    {
        await BuildAsync("samples/env-plugin", "-o", Path.Combine(Good, "Pendulum"));
        await BuildAsync("samples/quadrotor", "-o", Path.Combine(Good, "Quadrotor"));
        await BuildAsync("samples/mujoco-plugin", "-o", Path.Combine(Good, "Beam"));
        await BuildAsync("samples/algorithm-plugin", "-o", Path.Combine(Good, "RandomSearch"));
        await BuildAsync("tests/plugins/All.proj", "-p:PluginsOut=" + Bad, "-p:FatalOut=" + Fatal, "-p:PrivateOut=" + Private);
        string text = Path.Combine(Bad, "Bad.NotAnAssembly");
        Directory.CreateDirectory(text);
        await File.WriteAllTextAsync(Path.Combine(text, "Bad.NotAnAssembly.dll"), "a text file with the wrong name");
        Directory.CreateDirectory(Path.Combine(Bad, "Bad.Empty"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task BuildAsync(string project, params string[] arguments)
    {
        var result = await Shell.RunAsync("dotnet", ["build", "-c", Shell.Configuration, project, "-p:MbMixHost=" + Shell.Host, .. arguments]);
        if (result.Code != 0) throw new InvalidOperationException($"{project} does not build:\n{result.Output}\n{result.Error}");
    }
}
