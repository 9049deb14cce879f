using System.IO.Compression;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void A_run_and_its_policy_file_give_the_same_files()
    {
        var trained = mbmix.Run("train", "cartpole-swingup", "--algo", "shac", "--budget", "3000", "--out", "run");
        Assert.True(trained.ExitCode == 0, trained.Error);
        var result = mbmix.Run(
            "export", "run", "--onnx", "a.onnx", "--state-dict", "a.safetensors", "--card", "a.json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("mbmix/shac-v1 on diffrl/cartpole-swingup-v1 after ", lines[0], StringComparison.Ordinal);
        Assert.Equal("5 observations, 1 actions, one every 0.0166667 s", lines[1]);
        Assert.Equal(["wrote a.onnx", "wrote a.safetensors", "wrote a.json"], lines[2..]);

        string file = Path.Combine("run", "policy", "policy.safetensors");
        var again = mbmix.Run("export", file, "--state-dict", "b.safetensors", "--onnx", "b.onnx");
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        foreach (string kind in new[] { "onnx", "safetensors" })
            Assert.Equal(File.ReadAllBytes(mbmix[$"a.{kind}"]), File.ReadAllBytes(mbmix[$"b.{kind}"]));

        using var policy = PolicyFile.Load(mbmix[file]);
        using var exported = new OnnxRuntimePolicy(mbmix["a.onnx"]);
        float[] observation = [0.3f, -1, 0.5f, 0.8f, 2], action = [0];
        policy.Act(observation, action);
        Assert.Equal(action[0], Assert.Single(exported.Act(observation, 1)), 1e-5f * 20);
        var card = JsonNode.Parse(File.ReadAllText(mbmix["a.json"]))!;
        Assert.Equal(policy.Artifact.EnvironmentSteps, (long)card["envSteps"]!);
        Assert.Equal("a.onnx", (string?)card["files"]!["onnx"]!["name"]);

        AssertError(2, "run/config.json is a file of the run itself: choose another path.", "run", "--card", "run/config.json");
        Assert.Equal(0, mbmix.Run("export", "run", "--card", "run/card.json").ExitCode);
    }

    [Fact]
    public async Task Neither_plugins_nor_libtorch_are_loaded()
    {
        if (!OperatingSystem.IsLinux()) return;
        WritePolicy();
        string broken = Directory.CreateDirectory(Path.Combine(mbmix.Plugins, "Broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "Broken.dll"), "no assembly");
        var (train, others) = await Libraries("train", "point", "--algo", "ascent", "--budget", "64", "--out", "run");
        Assert.Contains("libtorch", others, StringComparison.Ordinal);
        Assert.Contains("Broken.dll", train.Error, StringComparison.Ordinal);
        var (export, own) = await Libraries("export", "policy.safetensors", "--onnx", "p.onnx");
        Assert.Contains("libcoreclr", own, StringComparison.Ordinal);
        Assert.DoesNotContain("torch", own, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0, ""), (export.Code, export.Error));
    }

    [Theory]
    [InlineData("export needs at least one file to write: --onnx FILE, --state-dict FILE or --card FILE.",
        "policy.safetensors")]
    [InlineData("export needs RUN|POLICY: folder of the run, or a policy file.", "--onnx", "x")]
    [InlineData("--onnx needs a value, FILE: model in the ONNX format to write.", "policy.safetensors", "--onnx")]
    [InlineData("export has no option '--onxn'. Did you mean '--onnx'?", "policy.safetensors", "--onxn", "x")]
    [InlineData("'run' is too much: export takes RUN|POLICY and options.", "policy.safetensors", "run", "--onnx", "x")]
    [InlineData("There is no run folder or policy file nowhere.", "nowhere", "--onnx", "x")]
    [InlineData("The path of the policy is empty.", "", "--onnx", "x")]
    [InlineData("plugins is not a run folder: it has no config.json.", "plugins", "--onnx", "x")]
    [InlineData("plugins is a folder: name a file for the ONNX model.", "policy.safetensors", "--onnx", "plugins")]
    [InlineData("plugins is a folder: name a file for the card.", "policy.safetensors", "--card", "plugins")]
    [InlineData("There is no folder away for the state dictionary: create it, or choose another path.",
        "policy.safetensors", "--state-dict", "away/x")]
    [InlineData("policy.safetensors is the policy itself: choose another path.", "policy.safetensors", "--state-dict",
        "policy.safetensors")]
    public void A_usage_error_is_one_line(string expected, params string[] arguments)
    {
        WritePolicy();
        AssertError(2, expected, arguments);
    }

    [Theory]
    [InlineData("damaged.safetensors is damaged: its checksum does not match its contents.", "damaged.safetensors")]
    [InlineData("text is a text file; a policy is expected, as a run keeps it in policy/policy.safetensors.", "text")]
    [InlineData("card.json is a JSON document; a policy is expected, as a run keeps it in policy/policy.safetensors.",
        "card.json")]
    [InlineData("policy.onnx is an ONNX model; a policy is expected, as a run keeps it in policy/policy.safetensors.",
        "policy.onnx")]
    [InlineData("policy.pt is a zip archive, as PyTorch writes; a policy is expected, as a run keeps it in policy/policy.safetensors.",
        "policy.pt")]
    [InlineData("nothing is empty; a policy is expected, as a run keeps it in policy/policy.safetensors.", "nothing")]
    [InlineData("/dev/zero is a pipe, a socket or a device; a regular file is expected.", "/dev/zero")]
    public void A_file_that_is_no_policy_is_one_line(string expected, string policy)
    {
        if (!OperatingSystem.IsLinux()) return;
        WritePolicy();
        byte[] content = File.ReadAllBytes(mbmix["policy.safetensors"]);
        content[^1] ^= 1;
        File.WriteAllBytes(mbmix["damaged.safetensors"], content);
        File.WriteAllText(mbmix["text"], "experienced?");
        File.WriteAllText(mbmix["nothing"], "");
        using (var zip = ZipFile.Open(mbmix["policy.pt"], ZipArchiveMode.Create)) zip.CreateEntry("data.pkl");
        PolicyExporter.Export(
            mbmix["policy.safetensors"], new ExportFiles { Onnx = mbmix["policy.onnx"], Card = mbmix["card.json"] });
        AssertError(1, expected, policy, "--onnx", "x");
    }

    [Fact]
    public void A_run_without_a_policy_file_is_explained()
    {
        var trained = mbmix.Run("train", "point", "--algo", "ascent", "--budget", "64", "--out", "run");
        Assert.True(trained.ExitCode == 0, trained.Error);
        AssertError(
            1,
            "run has no policy file, which only policies that are stacks of dense layers have; no other can be "
            + "exported.",
            "run", "--onnx", "x");
        Directory.CreateDirectory(mbmix["begun"]);
        File.Copy(mbmix["run/config.json"], mbmix["begun/config.json"]);
        AssertError(1, "begun has no policy yet: the first checkpoint of its run writes one.", "begun", "--card", "x");
    }

    private void AssertError(int exitCode, string expected, params string[] arguments)
    {
        var result = mbmix.Run(["export", .. arguments]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        string line = Assert.Single(result.Error.Split('\n'));
        Assert.Equal("error: " + expected, line.Replace(mbmix["."][..^1], "", StringComparison.Ordinal));
        Assert.False(Path.Exists(mbmix["x"]));
    }

    private void WritePolicy() =>
        PolicyFile.Write(mbmix["policy.safetensors"], RandomPolicy.Create(Activation.Elu, norm: true));

    /// <summary>Runs a command, and returns what the loader of native libraries says about it.</summary>
    private async Task<(ShellResult Result, string Loaded)> Libraries(params string[] arguments)
    {
        string log = Directory.CreateDirectory(mbmix[$"loader-{arguments[0]}"]).FullName;
        var result = await Shell.RunAsync(
            Shell.MbMix, arguments, mbmix["."], ("MBMIX_PLUGINS", mbmix.Plugins), ("LD_DEBUG", "files"),
            ("LD_DEBUG_OUTPUT", Path.Combine(log, "log")));
        return (result, string.Concat(Directory.GetFiles(log).Select(File.ReadAllText)));
    }
}
