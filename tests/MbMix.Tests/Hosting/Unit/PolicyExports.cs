using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Hostile;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit;

/// <summary>The state dictionary and the card of an exported policy, and which paths are written.</summary>
public sealed class PolicyExports : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Activation.Elu, true)]
    [InlineData(Activation.Silu, false)]
    [InlineData(Activation.Tanh, true)]
    [InlineData(Activation.Relu, false)]
    [InlineData(null, true)]
    public void Modules_of_torch_with_the_state_dictionary_act_like_the_policy(Activation? activation, bool norm)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var policy = new LoadedPolicy(RandomPolicy.Create(activation, norm));
        PolicyExporter.Write(policy, new ExportFiles { StateDict = folder["p.safetensors"] });
        var file = SafetensorsFile.Read(folder["p.safetensors"]);
        var state = file.Entries.ToDictionary(e => e.Key, e => tensor(Floats(e.Value), e.Value.Shape));

        // as a reader would: modules by the description in the header, weights by their names
        var modules = JsonNode.Parse(file.Metadata["network"])!.AsArray().Select(m => Module(m!)).ToArray();
        var network = nn.Sequential(modules);
        string[] names = [.. network.state_dict().Keys.Select(k => $"network.{k}")];
        Assert.Equal(names.Order(), state.Keys.Where(k => k.StartsWith("network.", StringComparison.Ordinal)).Order());
        foreach (var (name, weight) in network.state_dict()) weight.copy_(state[$"network.{name}"]);
        Assert.Equal("tanh", file.Metadata["squash"]);

        var observation = new CounterRandom(1, "observations").NormalTensor(0, 50, 3) * 3;
        var output = tanh(network.forward((observation - state["normalizer.mean"]) * state["normalizer.scale"]));
        var action = state["action.low"] + ((state["action.high"] - state["action.low"]) * (output + 1) / 2);
        Assert.True(allclose(policy.Act(observation), action, 0, 1e-5));
        Assert.Equal([-1f, -2f], state["log_std"].Values<float>().ToArray());
        policy.Dispose();
    }

    [Fact]
    public void A_state_dictionary_has_no_entry_for_what_the_policy_does_not_have()
    {
        var artifact = RandomPolicy.Create(Activation.Elu, norm: false, normalizer: false) with { LogStd = null };
        using var policy = new LoadedPolicy(artifact);
        PolicyExporter.Write(policy, new ExportFiles { StateDict = folder["p.safetensors"] });
        var file = SafetensorsFile.Read(folder["p.safetensors"]);
        Assert.Equal(
            [
                "action.high", "action.low", "network.0.bias", "network.0.weight", "network.2.bias", "network.2.weight",
                "network.4.bias", "network.4.weight",
            ],
            file.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([24L, 3L], file.Entries["network.0.weight"].Shape);
        Assert.Equal(("mbmix-state-dict-1", "test/env-v1"), (file.Metadata["format"], file.Metadata["environment"]));
    }

    [Fact]
    public void A_card_describes_the_policy_and_the_files()
    {
        using var policy = new LoadedPolicy(RandomPolicy.Create(Activation.Elu, norm: true));
        var files = new ExportFiles
        {
            Onnx = folder["p.onnx"],
            StateDict = folder["p.safetensors"],
            Card = folder["card.json"],
        };
        PolicyExporter.Write(policy, files);
        var card = JsonNode.Parse(File.ReadAllText(folder["card.json"]))!;
        Assert.Equal("mbmix-card-1", (string?)card["format"]);
        Assert.Equal(("test/env-v1", "test/algorithm-v1"), ((string?)card["environment"], (string?)card["algorithm"]));
        Assert.Equal(1234567, (long)card["envSteps"]!);
        Assert.Equal((0.02, 50), ((double)card["controlPeriod"]!, (double)card["controlRate"]!));
        var observation = card["observation"]!.AsArray();
        Assert.Equal(["height", "Höhe \"2\"", "last"], observation.Select(o => (string?)o!["name"]));
        Assert.Equal(["m", "m/s", ""], observation.Select(o => (string?)o!["unit"]));
        Assert.Equal([0.1f, -20, 0.5f], observation.Select(o => (float)o!["mean"]!));
        Assert.Equal([1f, 25, 0.8f], observation.Select(o => (float)o!["deviation"]!));
        var action = card["action"]!.AsArray();
        Assert.Equal([(-1, 0.7), (0.1, 0.7)], action.Select(a => ((double)a!["low"]!, (double)a["high"]!)));
        Assert.Equal("tanh", (string?)card["squash"]);
        Assert.Equal(
            [
                "network.0 Linear [3,24]", "network.1 ELU []", "network.2 LayerNorm [24]", "network.3 Linear [24,17]",
                "network.4 ELU []", "network.5 LayerNorm [17]", "network.6 Linear [17,2]",
            ],
            card["network"]!.AsArray().Select(m => $"{m!["name"]} {m["type"]} {m["arguments"]!.ToJsonString()}"));
        var onnx = card["files"]!["onnx"]!;
        Assert.Equal(("observation", "action"), ((string?)onnx["input"], (string?)onnx["output"]));
        AssertDescribed(onnx, "p.onnx");
        AssertDescribed(card["files"]!["stateDict"]!, "p.safetensors");
    }

    [Fact]
    public void A_card_may_stand_alone_and_a_component_that_counts_for_nothing_has_no_deviation()
    {
        var artifact = RandomPolicy.Create(Activation.Elu, norm: true) with
        {
            Normalizer = new PolicyNormalizer([0, 0, 0], [0, float.Epsilon, 1]),
        };
        using var policy = new LoadedPolicy(artifact);
        PolicyExporter.Write(policy, new ExportFiles { Card = folder["card.json"] });
        var card = JsonNode.Parse(File.ReadAllText(folder["card.json"]))!;
        Assert.Empty(card["files"]!.AsObject());
        var deviations = card["observation"]!.AsArray().Select(o => (double?)o!["deviation"]);
        Assert.Equal([null, 1 / (double)float.Epsilon, 1], deviations);
    }

    [Theory]
    [InlineData("x is needed twice: each file needs a path of its own.", "x", "x")]
    [InlineData("x is needed twice: each file needs a path of its own.", "x", "sub/../x")]
    [InlineData("x is needed twice: each file needs a path of its own.", "x", "same/x")]
    [InlineData("x.tmp is needed twice: each file needs a path of its own.", "x.tmp", "x")]
    [InlineData("sub is a folder: name a file for the state dictionary.", "x", "sub")]
    [InlineData("There is no folder nowhere for the state dictionary: create it, or choose another path.", "x",
        "nowhere/x")]
    [InlineData("link is a symbolic link: choose another path for the state dictionary.", "x", "link")]
    [InlineData("pipe is a pipe, a socket or a device: choose another path for the state dictionary.", "x", "pipe")]
    [InlineData("policy.tmp is the policy itself: choose another path.", "x", "policy.tmp")]
    [InlineData("policy.tmp is the policy itself: choose another path.", "x", "policy")]
    [InlineData("same/policy.tmp is the policy itself: choose another path.", "x", "same/policy.tmp")]
    public void Paths_are_checked_before_anything_is_written(string expected, string onnx, string stateDict)
    {
        if (!OperatingSystem.IsLinux()) return;
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(folder["precious"], "precious");
        File.CreateSymbolicLink(folder["link"], folder["precious"]);
        Directory.CreateSymbolicLink(folder["same"], folder.Path);
        Traps.Pipe(folder["pipe"]);
        string source = folder["policy.tmp"];
        PolicyFile.Write(source, RandomPolicy.Create(Activation.Elu, norm: true));
        byte[] before = File.ReadAllBytes(source);
        string[] entries = Directory.GetFileSystemEntries(folder.Path);
        var e = Assert.Throws<ConfigurationException>(() => PolicyExporter.Export(
            source, new ExportFiles { Onnx = folder[onnx], StateDict = folder[stateDict] }));
        Assert.Equal(expected, e.Message.Replace(folder.Path + "/", "", StringComparison.Ordinal));
        Assert.Equal(entries, Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(before, File.ReadAllBytes(source));
        Assert.Equal("precious", File.ReadAllText(folder["precious"]));
    }

    private static nn.Module<Tensor, Tensor> Module(JsonNode module)
    {
        long[] sizes = [.. module["arguments"]!.AsArray().Select(a => (long)a!)];
        return (string?)module["type"] switch
        {
            "Linear" => nn.Linear(sizes[0], sizes[1]),
            "LayerNorm" => nn.LayerNorm(sizes[0]),
            "ELU" => nn.ELU(),
            "SiLU" => nn.SiLU(),
            "Tanh" => nn.Tanh(),
            "ReLU" => nn.ReLU(),
            var other => throw new ArgumentException(other),
        };
    }

    private static float[] Floats(SafetensorsEntry entry) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(entry.Data.Span).ToArray();

    private void AssertDescribed(JsonNode file, string name)
    {
        byte[] content = File.ReadAllBytes(folder[name]);
        Assert.Equal((name, content.LongLength), ((string?)file["name"], (long)file["bytes"]!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), (string?)file["sha256"]);
    }
}
