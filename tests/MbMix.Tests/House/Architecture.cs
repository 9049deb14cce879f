using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>Arrows between projects, and between the folders of a project, point one way (docs/architecture.md).</summary>
public sealed class Architecture
{
    // what a project may name
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Abstractions/MbMix.Abstractions"] = [],
        ["Differentiation/MbMix.Differentiation"] = [],
        ["MujocoSharp/MujocoSharp"] = [],
        ["Numerics/MbMix.Numerics"] = ["MbMix.Abstractions"],
        ["Storage/MbMix.Storage"] = ["MbMix.Abstractions"],
        ["Simulation/MbMix.Simulation"] = ["MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Numerics", "MbMix.Storage"],
        ["Simulation.MuJoCo/MbMix.Simulation.MuJoCo"] = ["MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Numerics", "MbMix.Simulation", "MujocoSharp"],
        ["Learning/MbMix.Learning"] = ["MbMix.Abstractions", "MbMix.Numerics", "MbMix.Storage"],
        ["Host/MbMix.Hosting/MbMix.Hosting"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics", "MbMix.Storage"],
        ["Host/MbMix.Comparison/MbMix.Comparison"] = ["MbMix.Abstractions", "MbMix.Hosting", "MbMix.Numerics", "MbMix.Pages", "MbMix.Search", "MbMix.Storage"],
        ["Host/MbMix.Dashboard/MbMix.Dashboard"] = ["MbMix.Abstractions", "MbMix.Hosting", "MbMix.Pages", "MbMix.Storage"],
        ["Host/MbMix.Pages/MbMix.Pages"] = ["MbMix.Abstractions", "MbMix.Hosting", "MbMix.Numerics", "MbMix.Storage"],
        ["Host/MbMix.Search/MbMix.Search"] = ["MbMix.Abstractions", "MbMix.Storage"],
        ["Host/MbMix.Cluster/MbMix.Cluster"] = ["MbMix.Abstractions", "MbMix.Comparison", "MbMix.Hosting", "MbMix.Storage"],
        ["Host/MbMix.Studies/MbMix.Studies"] = ["MbMix.Abstractions", "MbMix.Comparison", "MbMix.Hosting", "MbMix.Learning", "MbMix.Numerics", "MbMix.Storage"],
        ["TestKit/MbMix.TestKit/MbMix.TestKit"] = ["MbMix.Abstractions", "MbMix.Hosting", "MbMix.Learning", "MbMix.Numerics", "MbMix.Storage"],
        ["TestKit/MbMix.TestKit.Xunit/MbMix.TestKit.Xunit"] = ["MbMix.Abstractions", "MbMix.TestKit"],
        ["Host/MbMix.Cli/MbMix.Cli"] = ["MbMix.Comparison", "MbMix.Dashboard", "MbMix.Hosting", "MbMix.Learning", "MbMix.Pages", "MbMix.Search", "MbMix.Simulation", "MbMix.Simulation.MuJoCo", "MbMix.Studies", "MbMix.TestKit", "MujocoSharp"],
        ["Plugins/Sim.Native/MbMix.Sim.Native"] = ["MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Numerics", "MbMix.Simulation", "MbMix.Storage"],
        ["Plugins/Sim.Stub/MbMix.Sim.Stub"] = ["MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Numerics", "MbMix.Simulation"],
        ["Plugins/Sim.MuJoCoFD/MbMix.Sim.MuJoCoFD"] = ["MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Simulation", "MbMix.Simulation.MuJoCo", "MbMix.Storage", "MujocoSharp"],
        ["Plugins/Algo.APG/MbMix.Algo.APG"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.LOOP/MbMix.Algo.LOOP"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.MBMIX/MbMix.Algo.MBMIX"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.SHAC/MbMix.Algo.SHAC"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.PPO/MbMix.Algo.PPO"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.SAC/MbMix.Algo.SAC"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.MAAC/MbMix.Algo.MAAC"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Model.Ensemble/MbMix.Model.Ensemble"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Algo.DreamerV3/MbMix.Algo.DreamerV3"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
        ["Plugins/Model.Sobolev/MbMix.Model.Sobolev"] = ["MbMix.Abstractions", "MbMix.Learning", "MbMix.Numerics"],
    };

    // the folders of a project from the lowest floor to the highest
    private static readonly Dictionary<string, string[]> Floors = new()
    {
        ["Abstractions"] = [".", "Checkpoints", "Execution", "Scenes", "Environments", "Models", "Policies", "Optimization", "Plugins"],
        ["Differentiation"] = ["Scalars", "Geometry", "Graphs", "Lowering", "Kernels", "Maps"],
        ["Numerics"] = ["Tensors", "Autograd", "Arrays", "Random", "Jacobians"],
        ["Simulation"] = ["Scenes", "ControlSteps", "Charts", "Tracing", "Tasks"],
        ["Simulation.MuJoCo"] = ["Tasks", "Differences", "Scenes", "Environment", "Inspection"],
        ["Storage"] = [".", "Files", "Documents", "Safetensors"],
        ["Learning"] = ["Normalization", "Networks/Simd", "Networks", "Rollouts", "Replay", "Training", "Objectives", "ActorCritic", "SoftActorCritic", "ModelLearning", "Policies"],
        ["Host/MbMix.Hosting"] = ["Execution", "Evaluation", "Plugins", "Configuration", "Rollouts", "Logs", "Checkpoints", "Guards", "Running", "Export", "DependencyInjection"],
        ["Host/MbMix.Comparison"] = ["Platform", ".", "Report", "Transfer", "Tuning", "Remote"],
        ["Host/MbMix.Cluster"] = ["Protocol", "Telemetry", "Artifacts", "Coordination", "Serving", "Client", "Running", "Submitting", ".", "Embedding"],
        ["Host/MbMix.Dashboard"] = ["Reading", "Serving"],
        ["Host/MbMix.Pages"] = [".", "Replays"],
        ["Host/MbMix.Search"] = ["Spaces", "Sampling", "Searching"],
        ["Host/MbMix.Studies"] = ["Running", "Tabular", "ModelAccuracy", "GradientVariance", "ModelGradient", "Gaits", "Cloth", "."],
        ["TestKit/MbMix.TestKit"] = ["Findings", "Probing", "Gradients", "Environments", "Models", "Algorithms", "Triples"],
        ["Plugins/Sim.Native"] = ["Spatial", "Contact", "Muscles", "Robots", "Bodies", "PositionBased", "Cloth", "Scenes", "Suites/ClassicControl", "Suites/DiffRL", "Suites/Bruce", "Suites/Brax", "Suites/DaXBench", "Import/Mjcf", "Import", "Suites/Robot", "."],
        ["Plugins/Sim.MuJoCoFD"] = ["Suites", "Suites/Gymnasium", "Suites/DiffRL", "Suites/Bruce", "Robots", "."],
    };

    public static TheoryData<string> AllProjects => [.. Projects.Keys];

    public static TheoryData<string> AllHouses => [.. Floors.Keys];

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void A_project_names_only_what_it_may_stand_on(string project) =>
        Assert.Empty(References(project).Except(Projects[project]));

    [Fact]
    public void Every_project_that_is_shipped_has_a_place()
    {
        string[] places = ["Abstractions", "Differentiation", "Numerics", "Simulation", "Simulation.MuJoCo", "Storage", "Learning", "MujocoSharp", "TestKit", "Host", "Plugins"];
        var found = places
            .SelectMany(place => Directory.EnumerateFiles(Path.Combine(Shell.Root, place), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(Shell.Root, path), null).Replace('\\', '/'));
        Assert.Equal(Projects.Keys.Order(), found.Order());
    }

    [Fact]
    public void An_environment_reaches_no_network_an_algorithm_no_compiler_and_nobody_the_host()
    {
        foreach (string project in Projects.Keys.Where(p => p.StartsWith("Plugins/", StringComparison.Ordinal)))
        {
            var reached = Reached(project);
            Assert.DoesNotContain(reached, r => r is "MbMix.Hosting" or "MbMix.Comparison" or "MbMix.Studies");
            if (project.Contains("/Sim.", StringComparison.Ordinal)) Assert.DoesNotContain("MbMix.Learning", reached);
            else Assert.DoesNotContain(reached, r => r is "MbMix.Differentiation" or "MbMix.Simulation");
        }
    }

    [Theory]
    [InlineData("MbMix.Differentiation", "TorchSharp", "MbMix.Abstractions")]
    [InlineData("MbMix.Hosting", "ScottPlot", "SkiaSharp", "Microsoft.AspNetCore.Http.Abstractions")]
    [InlineData("MbMix.Comparison", "MbMix.Dashboard", "MbMix.Cluster", "Microsoft.AspNetCore.Http.Abstractions")]
    [InlineData("MbMix.Learning", "MbMix.Differentiation", "MbMix.Simulation")]
    [InlineData("MbMix.Search", "TorchSharp", "MbMix.Hosting")]
    [InlineData("MbMix.Simulation", "MbMix.Learning", "MbMix.Hosting")]
    [InlineData("MujocoSharp", "TorchSharp", "MbMix.Abstractions")]
    public void What_was_compiled_refers_to_nothing_above_it(string assembly, params string[] absent)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var reader = image.GetMetadataReader();
        string[] references = [.. reader.AssemblyReferences.Select(r => reader.GetString(reader.GetAssemblyReference(r).Name))];
        Assert.NotEmpty(references);
        Assert.Empty(references.Intersect(absent));
    }

    [Fact]
    public void The_command_knows_nothing_of_the_package_for_clusters_but_its_folder()
    {
        string dependencies = File.ReadAllText(Path.Combine(Shell.Host, "mbmix.deps.json"));
        Assert.All(["MbMix.Cluster", "Orleans", "Garnet", "StackExchange"], name => Assert.DoesNotContain(name, dependencies, StringComparison.Ordinal));
        string[] names = [.. Directory.GetFiles(Shell.Host, "*.dll").Select(f => Path.GetFileName(f))];
        Assert.DoesNotContain(names, n => n.StartsWith("Orleans", StringComparison.Ordinal) || n.StartsWith("Garnet", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(Shell.Host, "cluster", "Orleans.Core.dll")));
    }

    [Theory]
    [MemberData(nameof(AllHouses))]
    public void Folders_use_only_those_below_them(string house) =>
        Assert.Empty(FolderArrows.Upward(FolderArrows.Sources(Path.Combine(Shell.Root, house)), Floors[house]));

    [Fact]
    public void An_arrow_that_points_up_is_found()
    {
        var sources = new Dictionary<string, string>
        {
            ["Low/Stone.cs"] = "internal sealed class Stone\n{\n    private Roof roof; // Door\n    private string text = \"Window\";\n}\n",
            ["High/Roof.cs"] = "public sealed record Roof(Stone Stone);\npublic enum Door { Open }\npublic interface Window;\n",
            ["Lost/Key.cs"] = "class Key;\n",
        };
        Assert.Equal(["Lost/Key.cs: the folder has no floor", "Low/Stone.cs uses Roof of High"], FolderArrows.Upward(sources, ["Low", "High"]).Order());
    }

    private static IEnumerable<string> References(string project) => XDocument
        .Load(Path.Combine(Shell.Root, project + ".csproj"))
        .Descendants("ProjectReference")
        // built before, not referred to
        .Where(r => r.Attribute("Include") is not null && r.Attribute("ReferenceOutputAssembly")?.Value != "false")
        .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static HashSet<string> Reached(string project)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([project]);
        while (open.TryPop(out string? next))
        {
            foreach (string name in References(next))
            {
                if (reached.Add(name)) open.Push(Projects.Keys.Single(p => Path.GetFileName(p) == name));
            }
        }
        return reached;
    }
}
