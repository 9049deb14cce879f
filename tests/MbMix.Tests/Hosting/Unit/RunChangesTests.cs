using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>A run does not go on with other code unless that is accepted.</summary>
[Collection(HostRuns.Collection)]
public sealed class RunChangesTests : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("host", "host ffffffff -> ")]
    [InlineData("versions/libtorch", "libtorch 1.0.0 -> ")]
    [InlineData("machine/vectorBits", "vector width 64 -> ")]
    [InlineData("machine/architecture", "architecture Abacus -> ")]
    [InlineData("plugin", "plugin MbMix.Tests.Plugin ffffffff -> ")]
    public void Everything_that_decides_about_the_numbers_is_compared(string what, string expected)
    {
        Stopped();
        Change(what);
        var e = Assert.Throws<ConfigurationException>(() => HostRuns.Resume(folder["a"]));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("Add acceptChanges to go on", e.Message, StringComparison.Ordinal);
        Assert.Single(Starts());

        using (var run = TrainingRun.Resume(HostRuns.Sessions(), RunFolder.Open(folder["a"]), new HostObserver(), ["test"], acceptChanges: true))
            Assert.Null(run.Execute(new CancellationToken(canceled: true)));
        // from now on the new code is the run's
        using (var run = HostRuns.Resume(folder["a"])) Assert.NotNull(run.Execute(CancellationToken.None));
        Assert.Equal(3, Starts().Count);
    }

    [Theory]
    [InlineData("versions/dotnet")]
    [InlineData("machine/processor")]
    [InlineData("machine/cores")]
    [InlineData("another plugin")]
    public void What_does_not_decide_about_them_is_not(string what)
    {
        Stopped();
        Change(what);
        HostRuns.Resume(folder["a"]).Dispose();
    }

    [Fact]
    public void A_run_without_a_checkpoint_begins_with_the_new_code()
    {
        Stopped();
        Change("host");
        Directory.Delete(folder["a/checkpoints"], recursive: true);
        HostRuns.Resume(folder["a"]).Dispose();
    }

    [Fact]
    public void A_manifest_without_the_facts_hinders_nobody()
    {
        Stopped();
        File.WriteAllText(folder["a/manifest.json"], """{ "starts": [{ "plugins": 3, "machine": [], "host": {} }] }""");
        HostRuns.Resume(folder["a"]).Dispose();
    }

    private JsonArray Starts() => JsonNode.Parse(File.ReadAllText(folder["a/manifest.json"]))!["starts"]!.AsArray();

    private void Stopped()
    {
        var observer = new HostObserver(10);
        using var run = HostRuns.Start(folder["a"], observer: observer);
        Assert.Null(run.Execute(observer.Stop));
    }

    private void Change(string what)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(folder["a/manifest.json"]))!;
        var start = manifest["starts"]![0]!;
        string hash = new('f', 64);
        switch (what)
        {
            case "host":
                start["host"] = hash;
                break;
            case "plugin":
                Assert.Single(start["plugins"]!.AsArray())!["sha256"] = hash;
                break;
            case "another plugin":
                start["plugins"]!.AsArray().Add(new JsonObject { ["name"] = "Another", ["sha256"] = hash });
                break;
            default:
                string[] path = what.Split('/');
                start[path[0]]![path[1]] = what switch { "versions/libtorch" => "1.0.0", "machine/vectorBits" => 64, "machine/architecture" => "Abacus", _ => "other" };
                break;
        }
        File.WriteAllText(folder["a/manifest.json"], manifest.ToJsonString());
    }
}
