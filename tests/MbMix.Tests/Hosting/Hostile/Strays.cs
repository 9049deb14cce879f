using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>What others put into a run folder stays; what a forged file asks for does not happen.</summary>
[Collection(HostRuns.Collection)]
public sealed class Strays : IDisposable
{
    private readonly HostFolder root = new();
    private readonly HostileRunFolder folder;

    public Strays() => folder = new HostileRunFolder(root.Path);

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_run_deletes_only_what_it_has_made()
    {
        string copy = folder.Copy();
        string[] strays =
        [
            "checkpoints/checkpoint-notes.txt", "checkpoints/checkpoint-old.safetensors",
                "checkpoints/checkpoint-000000007.safetensors", "checkpoints/mine.tmp", "checkpoints/rows/notes.txt",
            "checkpoints/rows/mine.rows", "events.out.tfevents.123.somewhere", "notes.txt",
        ];
        foreach (string stray in strays) File.WriteAllText(Path.Combine(copy, stray), "mine");
        using (var run = HostRuns.Resume(copy)) Assert.NotNull(run.Execute(CancellationToken.None));
        foreach (string stray in strays) Assert.Equal("mine", File.ReadAllText(Path.Combine(copy, stray)));
        // its own old ones are gone
        string[] left =
            [.. Directory.GetFiles(Path.Combine(copy, "checkpoints"), "checkpoint-0*.safetensors")
                .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["checkpoint-000000007.safetensors", "checkpoint-000000040.safetensors",
            "checkpoint-000000050.safetensors"], left);
    }

    [Theory]
    [InlineData("rows", "File", "../../config.json")]
    [InlineData("rows", "File", "/etc/hosts")]
    [InlineData("rows", "File", "notes.txt")]
    [InlineData("run", "Logs", "../outside.csv")]
    [InlineData("run", "Logs", "config.json")]
    [InlineData("run", "Logs", "events.out.tfevents.1/../../outside")]
    [InlineData("earlier", "Checkpoints", "../../config.json")]
    [InlineData("earlier", "Rows", "../checkpoint-000000020.safetensors")]
    public void A_name_that_no_run_writes_makes_the_checkpoint_damaged(string part, string key, string name)
    {
        string copy = folder.Copy();
        var json = JsonNode.Parse(folder.Metadata(part))!;
        if (part == "rows") json.AsObject().First().Value!["Segments"]![0]![key] = name;
        else if (part == "run") json[key]![name] = 0;
        else json[key]!.AsArray().Add(name);
        File.WriteAllBytes(
            Path.Combine(copy, HostileRunFolder.Newest),
                folder.WithMetadata(part, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())));
        var observer = new HostObserver(0);
        using var run = HostRuns.Resume(copy, observer);
        Assert.Equal(20, run.Session.Iteration);
        Assert.Contains(OneLine.Value(name), Assert.Single(observer.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("metrics.jsonl")]
    [InlineData("evaluations.csv")]
    [InlineData("manifest.json")]
    [InlineData("log.txt")]
    [InlineData("policy")]
    public void A_refused_run_is_left_as_it_was(string trapped)
    {
        string copy = folder.Copy(), path = Path.Combine(copy, trapped);
        if (trapped != "log.txt") File.WriteAllText(Path.Combine(copy, "log.txt"), "");
        File.Delete(path);
        File.CreateSymbolicLink(path, root["outside"]);
        string before = Describe(copy);
        Assert.Throws<MbMixException>(() => HostRuns.Resume(copy));
        Assert.Equal(before, Describe(copy));
        Assert.False(File.Exists(root["outside"]));
    }

    [Theory]
    [InlineData("policy")]
    [InlineData("policy/policy.safetensors")]
    public void A_policy_behind_a_link_is_refused(string trapped)
    {
        string copy = folder.Copy(), path = Path.Combine(copy, trapped);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        File.Delete(path);
        File.CreateSymbolicLink(path, root["outside"]);
        string message = Assert.Throws<MbMixException>(
            () => RunPolicy.Open(HostRuns.Sessions(), RunFolder.Open(copy), _ => { })).Message;
        Assert.Contains("is a symbolic link", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_begins_anew_is_cleared_away_only_where_all_is_its_own()
    {
        string copy = folder.Copy();
        File.WriteAllText(Path.Combine(copy, "checkpoints", "notes.txt"), "mine");
        Assert.Contains(
            "holds 'checkpoints/notes.txt', which no run has made",
                Assert.Throws<MbMixException>(() => RunFolderContent.Delete(copy)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(copy, "config.json")));
        File.Delete(Path.Combine(copy, "checkpoints", "notes.txt"));
        RunFolderContent.Delete(copy);
        Assert.False(Directory.Exists(copy));
    }

    [Fact]
    public void A_run_folder_brings_no_code_of_its_own()
    {
        string copy = folder.Copy();
        foreach (string plugins in new[] { Path.Combine(copy, "plugins"), copy, "plugins", "../plugins", "", "\0" })
        {
            var config = JsonNode.Parse(folder.Read("config.json"))!;
            config["plugins"] = new JsonArray(plugins);
            File.WriteAllText(Path.Combine(copy, "config.json"), config.ToJsonString());
            Assert.Throws<ConfigurationException>(() => RunFolder.Open(copy).ReadPluginFolders());
        }
    }

    // the log of errors belongs to every start
    private static string Describe(string folder) =>
        string.Join('\n', Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Where(f => Path.GetFileName(f) != "log.txt").Order(StringComparer.Ordinal)
        .Select(f =>
            $"{f} {new FileInfo(f).LinkTarget ?? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"));
}
