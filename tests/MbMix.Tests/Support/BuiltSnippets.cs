namespace MbMix.Tests.Support;

/// <summary>
/// The snippets of all pages, built in one go against the built host, as readers would build them. Blocks of the same
/// name are the files of one project. A project without a project file on its page is a program.
/// </summary>
public sealed class BuiltSnippets : IAsyncLifetime
{
    private const string Shared =
        """
        <Project>
          <PropertyGroup>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <RunAnalyzers>false</RunAnalyzers>
            <UseAppHost>false</UseAppHost>
            <OutputPath>$(MSBuildThisFileDirectory)../plugins/$(MSBuildProjectName)/</OutputPath>
            <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
          </PropertyGroup>
        </Project>
        """;

    private const string Together =
        """
        <Project>
          <ItemGroup>
            <Snippet Include="*/*.csproj" />
          </ItemGroup>
          <Target Name="Build">
            <MSBuild Projects="@(Snippet)" Targets="Restore" Properties="RestoreRun=1" />
            <MSBuild Projects="@(Snippet)" Targets="Build" BuildInParallel="true" />
          </Target>
        </Project>
        """;

    private const string Program =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <OutputPath>../../programs/$(MSBuildProjectName)/</OutputPath>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="$(MbMixHost)/MbMix.*.dll;$(MbMixHost)/MujocoSharp.dll;$(MbMixHost)/TorchSharp.dll" Private="false" />
            <Reference Include="$(MbMixHost)/Microsoft.Extensions.*.dll" Private="false" />
            <Reference Include="$(MbMixHost)/plugins/*/M*.dll" Private="false" />
            <Reference Include="$(MbMixHost)/cluster/MbMix.Cluster.dll" Private="false" />
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
          </ItemGroup>
        </Project>
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("mbmix-snippets-").FullName;

    /// <summary>Folder with a folder for each plugin.</summary>
    public string Plugins => Path.Combine(folder, "plugins");

    /// <summary>Names of the projects.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>What went wrong in the build; empty if nothing did.</summary>
    public string Errors { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string sources = Path.Combine(folder, "sources");
        Write(Path.Combine(sources, "Directory.Build.props"), Shared);
        Write(Path.Combine(sources, "All.proj"), Together);
        var projects = DocPages.All.SelectMany(DocPages.Blocks).Where(b => b.Snippet is not null)
            .GroupBy(b => b.Snippet!).ToList();
        Names = [.. projects.Select(p => p.Key)];
        foreach (var project in projects) WriteProject(Path.Combine(sources, project.Key), project.Key, [.. project]);
        var result = await Shell.RunAsync("dotnet", [
            "build", "-c", Shell.Configuration, "-v", "quiet", Path.Combine(sources, "All.proj"),
            "-p:MbMixHost=" + Shell.Host,
        ]);
        if (result.Code != 0) Errors = result.Output + result.Error;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void WriteProject(string place, string name, DocBlock[] blocks)
    {
        string projectFile = Path.Combine(place, name + ".csproj");
        Write(projectFile, Program);
        for (int i = 0; i < blocks.Length; i++)
        {
            var block = blocks[i];
            string text = string.Join('\n', block.Lines) + "\n";
            if (block.Language == "xml") Write(projectFile, text);
            else if (block.Language != "csharp") Write(Path.Combine(place, block.File!), text);
            // errors then name the page and its line
            else Write(Path.Combine(place, $"Block{i}.cs"), $"#line {block.Line} \"{block.Page}\"\n{text}");
        }
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
