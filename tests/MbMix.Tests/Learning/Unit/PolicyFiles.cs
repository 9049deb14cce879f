using System.Text.Json.Nodes;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit.Learning;

/// <summary>A policy is written as a file, and acts from it alone.</summary>
public sealed class PolicyFiles : IDisposable
{
    private const int Batch = 64;

    private readonly HostFolder folder = new();

    public static TheoryData<string> Algorithms => new(LearningRun.Exportable);

    public static TheoryData<string> Forgeries => new(Wrong.Keys);

    private string Path => folder["policy.safetensors"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_loaded_policy_acts_like_the_live_one(string algorithm)
    {
        using var scope = torch.NewDisposeScope();
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun(algorithm, 1, env);
        run.Trace(4);
        var live = (IExportablePolicy)run.Optimizer.Policy;
        var artifact = live.Export(env.Spec, "test/algorithm-v1") with { EnvironmentSteps = 1234 };
        PolicyFile.Write(Path, artifact);
        using var loaded = PolicyFile.Load(Path);

        // far from the bounds and at them
        var random = new CounterRandom(1, "observations");
        foreach (double size in new[] { 0.3, 1, 30 })
        {
            Tensor observation = random.NormalTensor(0, Batch, 3) * size, noise = random.NormalTensor(1, Batch, 1);
            AssertSame(live.Act(observation), loaded.Act(observation));
            // a file has no deviation that depends on the observation
            if (artifact.LogStd is not null)
            {
                AssertSame(live.Act(observation, noise), loaded.Act(observation, noise));
                Assert.NotEqual(Numbers(loaded.Act(observation)), Numbers(loaded.Act(observation, noise)));
            }
            AssertClose(loaded.Act(observation), loaded, observation);
            AssertClose(live.Act(observation), live, observation);
        }

        var read = loaded.Artifact;
        Assert.Equal(
            (env.Spec.Id, "test/algorithm-v1", 1234L, env.Spec.ControlPeriod),
            (read.Environment, read.Algorithm, read.EnvironmentSteps, read.ControlPeriod));
        Assert.Equal(env.Spec.Action.Dimensions, read.Action.Dimensions);
        string[] names = [.. env.Spec.Observation.Dimensions.Select(d => $"{d.Name} {d.Unit}")];
        Assert.Equal(names, read.Observation.Dimensions.Select(d => $"{d.Name} {d.Unit}"));
        Assert.Equal(artifact.LogStd, read.LogStd);
        Assert.Equal(artifact.Normalizer!.Mean, read.Normalizer!.Mean);
        Assert.Equal(artifact.Normalizer.Scale, read.Normalizer.Scale);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void What_was_exported_does_not_change_with_further_training(string algorithm)
    {
        using var scope = torch.NewDisposeScope();
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun(algorithm, 1, env);
        run.Trace(2);
        var live = (IExportablePolicy)run.Optimizer.Policy;
        using var kept = new LoadedPolicy(live.Export(env.Spec, "test/algorithm-v1"));
        var observation = new CounterRandom(1, "observations").NormalTensor(0, Batch, 3);
        float[] before = Numbers(live.Act(observation));
        run.Trace(2);
        Assert.NotEqual(before, Numbers(live.Act(observation)));
        Assert.Equal(before, Numbers(kept.Act(observation)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_live_policy_acts_on_one_observation_without_allocating(string algorithm)
    {
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun(algorithm, 1, env);
        run.Trace(1);
        AssertAllocatesNothing(run.Optimizer.Policy, 1);
    }

    [Fact]
    public void A_loaded_policy_acts_on_one_observation_without_allocating()
    {
        using var loaded = new LoadedPolicy(Sound());
        AssertAllocatesNothing(loaded, 2);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1500)]
    public void Many_threads_act_with_one_loaded_policy_without_allocating(int width)
    {
        PolicyLayer hidden = Layer(3, width, Activation.Elu, norm: true), last = Layer(width, 2, null, norm: false);
        var artifact = Sound() with { Layers = [hidden, last] };
        using var policy = new LoadedPolicy(artifact);
        float[] observations = new float[3 * Batch], expected = new float[2 * Batch];
        new CounterRandom(1, "observations").Normal(observations, 0);
        ActOnAll(expected);
        using var together = new Barrier(4);
        var wrong = new long[together.ParticipantCount];
        var bytes = new long[together.ParticipantCount];
        var threads = Enumerable.Range(0, together.ParticipantCount).Select(t => new Thread(() => Repeat(t))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.All(wrong, count => Assert.Equal(0, count));
        Assert.All(bytes, count => Assert.Equal(0, count));

        void Repeat(int thread)
        {
            float[] actions = new float[expected.Length];
            ActOnAll(actions);
            together.SignalAndWait();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                ActOnAll(actions);
                if (!actions.AsSpan().SequenceEqual(expected)) wrong[thread]++;
            }
            bytes[thread] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void ActOnAll(float[] actions)
        {
            for (int row = 0; row < Batch; row++)
                policy.Act(observations.AsSpan(3 * row, 3), actions.AsSpan(2 * row, 2));
        }
    }

    [Theory]
    [InlineData(Activation.Elu, Activation.Tanh)]
    [InlineData(Activation.Silu, Activation.Relu)]
    [InlineData(null, Activation.Elu)]
    public void Layers_that_are_not_alike_work_too(Activation? first, Activation? second)
    {
        using var scope = torch.NewDisposeScope();
        var artifact = Sound() with
        {
            Layers =
            [
                Layer(3, 7, first, norm: false),
                Layer(7, 5, second, norm: true),
                Layer(5, 2, null, norm: false),
            ],
        };
        PolicyFile.Write(Path, artifact);
        using LoadedPolicy direct = new(artifact), loaded = PolicyFile.Load(Path);
        var observation = new CounterRandom(1, "observations").NormalTensor(0, Batch, 3);
        var actions = loaded.Act(observation);
        AssertSame(direct.Act(observation), actions);
        AssertClose(actions, loaded, observation);
        Assert.True(actions.std(0).min().item<float>() > 0.01, "all actions are the same");

        // the same by hand
        var x = (observation - torch.tensor(artifact.Normalizer!.Mean)) * torch.tensor(artifact.Normalizer.Scale);
        foreach (var layer in artifact.Layers)
        {
            x = x.matmul(torch.tensor(layer.Weight, [layer.Outputs, layer.Inputs]).t()) + torch.tensor(layer.Bias);
            x = layer.Activation switch
            {
                Activation.Elu => torch.nn.functional.elu(x, 1),
                Activation.Silu => torch.nn.functional.silu(x),
                Activation.Tanh => x.tanh(),
                Activation.Relu => x.relu(),
                _ => x,
            };
            if (layer.Gain is null) continue;
            var centered = x - x.mean([1L], keepdim: true);
            x = centered / (centered.square().mean([1L], keepdim: true) + 1e-5).sqrt();
            x = (x * torch.tensor(layer.Gain)) + torch.tensor(layer.Offset!);
        }
        var expected = torch.tensor(new float[] { 1, 0 }) + (torch.tensor(new float[] { 3, 0.5f }) * x.tanh());
        Assert.True(torch.allclose(expected, actions, 1e-5, 1e-5));
    }

    [Fact]
    public void A_policy_without_hidden_layers_normalizer_and_noise_works()
    {
        using var scope = torch.NewDisposeScope();
        var artifact = Sound() with
        {
            Layers = [Layer(3, 2, null, norm: false)],
            Normalizer = null,
            LogStd = null,
            Squash = ActionSquash.Clip,
        };
        PolicyFile.Write(Path, artifact);
        using var loaded = PolicyFile.Load(Path);
        Assert.Null(loaded.Artifact.Normalizer);
        Assert.Null(loaded.Artifact.LogStd);
        var observation = new CounterRandom(1, "observations").NormalTensor(0, Batch, 3) * 10;
        AssertClose(loaded.Act(observation), loaded, observation);

        // noise has nothing to be scaled by
        AssertSame(loaded.Act(observation), loaded.Act(observation, torch.ones(Batch, 2)));
    }

    [Fact]
    public void Observations_and_actions_of_another_size_are_named()
    {
        using var policy = new LoadedPolicy(Sound());
        string Refused(int observations, int actions) =>
            Assert.Throws<MbMixException>(() => policy.Act(new float[observations], new float[actions])).Message;
        Assert.Equal("The policy for test/env-v1 takes 3 numbers and returns 2; it got 4, and space for 2.", Refused(4, 2));
        Assert.Equal("The policy for test/env-v1 takes 3 numbers and returns 2; it got 3, and space for 1.", Refused(3, 1));
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_the_damage_is()
    {
        PolicyFile.Write(Path, Sound());
        byte[] sound = File.ReadAllBytes(Path);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. sound];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            AssertRefused(damaged);
        }
        for (int length = 0; length < sound.Length; length += 37) AssertRefused(sound[..length]);
        AssertRefused([.. sound, 0]);
        File.WriteAllBytes(Path, sound);
        PolicyFile.Load(Path).Dispose();

        void AssertRefused(byte[] content)
        {
            File.WriteAllBytes(Path, content);
            AssertOneLine(Assert.Throws<MbMixException>(() => PolicyFile.Load(Path)));
        }
    }

    [Fact]
    public void A_file_that_is_missing_or_cannot_be_read_is_refused_in_one_line()
    {
        Assert.Equal(
            $"{Path} cannot be used: there is no such file.",
            Assert.Throws<MbMixException>(() => PolicyFile.Load(Path)).Message);
        Assert.Contains(
            "is a folder", Assert.Throws<MbMixException>(() => PolicyFile.Read(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_the_description_is_refused()
    {
        PolicyFile.Write(Path, Sound());
        var forgery = new PolicyForgery(Path);
        string description = forgery.Description.ToJsonString();
        for (int length = 0; length < description.Length; length += 11)
        {
            forgery.Write(Path, description[..length]);
            AssertOneLine(Assert.Throws<MbMixException>(() => PolicyFile.Load(Path)));
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_file_that_is_sound_outside_and_wrong_inside_is_refused_in_one_line(string name)
    {
        PolicyFile.Write(Path, Sound());
        var forgery = new PolicyForgery(Path);
        var (change, expected) = Wrong[name];
        change(forgery);
        forgery.Write(Path);
        var e = Assert.Throws<MbMixException>(() => PolicyFile.Load(Path));
        AssertOneLine(e);
        Assert.StartsWith(Path, e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3e38, 3.2e38)]
    [InlineData(1, 1.0000000001)]
    public void Bounds_that_are_accepted_give_actions_within_them(double low, double high) => CheckBounds(low, high);

    [Theory]
    [InlineData(-1e300, 1e300)]
    [InlineData(-1e308, 1.7e308)]
    public void Bounds_beyond_single_precision_give_finite_actions_or_are_refused(double low, double high) =>
        CheckBounds(low, high);

    [Fact]
    public void A_normalizer_without_its_mean_is_refused()
    {
        PolicyFile.Write(Path, Sound());
        var forgery = new PolicyForgery(Path);
        forgery.Entries.Remove("normalizer.mean");
        forgery.Write(Path);
        AssertOneLine(Assert.Throws<MbMixException>(() => PolicyFile.Load(Path)));
    }

    [Fact]
    public void The_original_of_the_forgeries_is_accepted()
    {
        PolicyFile.Write(Path, Sound());
        new PolicyForgery(Path).Write(Path);
        using var loaded = PolicyFile.Load(Path);
        using var direct = new LoadedPolicy(Sound());
        Span<float> observation = [1, 2, 3], one = [0, 0], other = [0, 0];
        direct.Act(observation, one);
        loaded.Act(observation, other);
        Assert.Equal(one, other);
    }

    [Fact]
    public void What_cannot_act_is_not_written()
    {
        var artifact = Sound() with { Layers = [Layer(3, 1, null, norm: false)] };
        AssertOneLine(Assert.Throws<MbMixException>(() => PolicyFile.Write(Path, artifact)));
        Assert.False(File.Exists(Path));
        AssertOneLine(Assert.Throws<MbMixException>(() => new LoadedPolicy(artifact)));
    }

    private static Dictionary<string, (Action<PolicyForgery> Change, string Message)> Wrong { get; } = new()
    {
        ["no format"] = (f => f.Metadata.Remove("format"), "has format ''"),
        ["another format"] = (f => f.Metadata["format"] = "mbmix-policy-99", "'mbmix-policy-99'"),
        ["no environment"] = (f => f.Description.Remove("environment"), "'environment' is missing"),
        ["empty environment"] = (f => f.Description["environment"] = " ", "'environment'"),
        ["unknown key"] = (f => f.Description["colour"] = 1, "the key 'colour' is unknown"),
        ["negative steps"] = (f => f.Description["envSteps"] = -1, "'envSteps' is -1"),
        ["fractional steps"] = (f => f.Description["envSteps"] = 0.5, "'envSteps' is 0.5"),
        ["no control period"] = (f => f.Description["controlPeriod"] = 0, "its control period is not positive"),
        ["text as control period"] = (f => f.Description["controlPeriod"] = "fast", "'controlPeriod'"),
        ["unknown squash"] = (f => f.Description["squash"] = "sigmoid", "one of tanh, clip"),
        ["number as squash"] = (f => f.Description["squash"] = 0, "'squash' is 0"),
        ["no layers"] = (f => f.Description["layers"] = new JsonArray(), "a list of 1 to 256 layers"),
        ["layers as object"] = (f => f.Description["layers"] = new JsonObject(), "a list of 1 to 256 layers"),
        ["layers as null"] = (f => f.Description["layers"] = null, "a list of 1 to 256 layers"),
        ["too many layers"] = (
            f => f.Description["layers"] = new JsonArray([.. Enumerable.Range(0, 257).Select(_ => new JsonObject())]),
            "a list of 1 to 256 layers"),
        ["unknown activation"] = (f => LayerOf(f, 0)["activation"] = "gelu", "one of elu, silu, tanh, relu"),
        ["unknown key of a layer"] = (f => LayerOf(f, 0)["bias"] = false, "the key 'layers[0].bias' is unknown"),
        ["layer without norm"] = (f => LayerOf(f, 0).Remove("norm"), "'layers[0].norm' is missing"),
        ["layer too wide"] = (f => LayerOf(f, 0)["outputs"] = 1 << 20, "'layers[0].outputs' is 1048576"),
        ["layer with more outputs than weights"] = (
            f => LayerOf(f, 0)["outputs"] = 1 << 16, "'layers.0.weight' has shape"),
        ["layers that do not fit"] = (f => SwapLayers(f), "takes"),
        ["no weights"] = (f => f.Entries.Remove("layers.1.weight"), "it has no tensor 'layers.1.weight'"),
        ["no gain"] = (f => f.Entries.Remove("layers.0.norm.weight"), "it has no tensor 'layers.0.norm.weight'"),
        ["bias of another size"] = (f => f.Set("layers.0.bias", 1, 2), "'layers.0.bias' has shape [2]"),
        ["weights of another type"] = (
            f => f.Entries["layers.0.weight"] = f.Entries["layers.0.weight"] with { Type = "I32" }, "has type I32"),
        ["weight that is not a number"] = (f => f.Poke("layers.0.weight", 3, float.NaN), NotFinite(0)),
        ["infinite bias"] = (f => f.Poke("layers.1.bias", 0, float.PositiveInfinity), NotFinite(1)),
        ["gain that is not a number"] = (f => f.Poke("layers.0.norm.weight", 0, float.NaN), NotFinite(0)),
        ["mean that is not a number"] = (f => f.Poke("normalizer.mean", 0, float.NaN), "its normalizer holds numbers"),
        ["infinite scale"] = (f => f.Poke("normalizer.scale", 0, 1 / 0f), "its normalizer holds numbers"),
        ["mean of another size"] = (f => f.Set("normalizer.mean", 1, 2), "'normalizer.scale' has shape [3]"),
        ["normalizer of another size"] = (
            f =>
            {
                f.Set("normalizer.mean", 1, 2);
                f.Set("normalizer.scale", 1, 2);
            },
            "the sizes of its normalizer"),
        ["no scale"] = (f => f.Entries.Remove("normalizer.scale"), "it has no tensor 'normalizer.scale'"),
        ["deviations of another size"] = (f => f.Set("log_std", 0, 0, 0), "its standard deviations"),
        ["deviation that is not a number"] = (f => f.Poke("log_std", 1, float.NaN), "its standard deviations"),
        ["no observation"] = (f => f.Description["observation"] = new JsonArray(), "it has 0 observations"),
        ["observation too many"] = (
            f => ((JsonArray)f.Description["observation"]!).Add(new JsonObject { ["name"] = "x", ["unit"] = "" }),
            "layer 0 takes 3 numbers, but gets 4"),
        ["no action"] = (f => f.Description["action"] = new JsonArray(), "and 0 actions"),
        ["action too few"] = (f => ((JsonArray)f.Description["action"]!).RemoveAt(1), "returns 2 numbers for 1 actions"),
        ["bounds upside down"] = (f => ActionOf(f)["low"] = 5, "has no finite bounds with low below high"),
        ["no bound"] = (f => ActionOf(f).Remove("high"), "'action[0].high' is missing"),
        ["bound without a value"] = (f => ActionOf(f)["high"] = null, "'action[0].high' is null"),
    };

    private static string NotFinite(int layer) => $"layer {layer} holds numbers that are not finite";

    private static JsonObject LayerOf(PolicyForgery forgery, int i) => (JsonObject)forgery.Description["layers"]![i]!;

    private static JsonObject ActionOf(PolicyForgery forgery) => (JsonObject)forgery.Description["action"]![0]!;

    /// <summary>Every layer is right by itself, and the first takes what the second gives.</summary>
    private static void SwapLayers(PolicyForgery forgery)
    {
        var layers = (JsonArray)forgery.Description["layers"]!;
        var first = layers[0]!;
        layers.RemoveAt(0);
        layers.Add(first);
        var entries = forgery.Entries.ToArray();
        forgery.Entries.Clear();
        foreach (var (name, entry) in entries)
        {
            const string Zero = "layers.0.", One = "layers.1.";
            string swapped = name.StartsWith(Zero, StringComparison.Ordinal) ? One + name[Zero.Length..]
                : name.StartsWith(One, StringComparison.Ordinal) ? Zero + name[One.Length..]
                : name;
            forgery.Entries[swapped] = entry;
        }
    }

    private static PolicyArtifact Sound() => new()
    {
        Environment = "test/env-v1",
        Algorithm = "test/algorithm-v1",
        Observation = new SpaceSpec([new Dimension("x", "m"), new Dimension("v", "m/s"), new Dimension("last", "")]),
        Action = new SpaceSpec([new Dimension("force", "N", -2, 4), new Dimension("valve", "", -0.5, 0.5)]),
        ControlPeriod = 0.02,
        EnvironmentSteps = 17,
        Normalizer = new PolicyNormalizer([0.1f, -0.2f, 0.3f], [1, 2, 0.5f]),
        Layers = [Layer(3, 5, Activation.Elu, norm: true), Layer(5, 2, null, norm: false)],
        Squash = ActionSquash.Tanh,
        LogStd = [-1, -2],
    };

    private static PolicyLayer Layer(int inputs, int outputs, Activation? activation, bool norm)
    {
        float[] Draw(string name, int count, float offset = 0)
        {
            float[] values = new float[count];
            new CounterRandom(7, name).Normal(values, (inputs * 100) + outputs);
            return [.. values.Select(v => offset + (0.5f * v))];
        }
        return new PolicyLayer(inputs, outputs, Draw("weight", inputs * outputs), Draw("bias", outputs), activation)
        {
            Gain = norm ? Draw("gain", outputs, 1) : null,
            Offset = norm ? Draw("offset", outputs) : null,
        };
    }

    private void CheckBounds(double low, double high)
    {
        PolicyFile.Write(Path, Sound());
        var forgery = new PolicyForgery(Path);
        (ActionOf(forgery)["low"], ActionOf(forgery)["high"]) = (low, high);
        forgery.Write(Path);
        try
        {
            using var policy = PolicyFile.Load(Path);
            Span<float> action = [0, 0];
            policy.Act([1, 2, 3], action);
            Assert.True(float.IsFinite(action[0]), $"the action is {action[0]}");
            Assert.InRange(action[0], (float)low, (float)high);
        }
        catch (MbMixException e)
        {
            AssertOneLine(e);
        }
    }

    private static void AssertAllocatesNothing(IPolicy policy, int actions)
    {
        float[] observation = [0.1f, -0.2f, 0.3f], action = new float[actions];
        Act(100);
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Act(1000);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(bytes == 0, $"{bytes} bytes in 1000 actions of {policy.GetType().Name}");
        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Act(int times)
        {
            for (int i = 0; i < times; i++) policy.Act(observation, action);
        }
    }

    private static void AssertOneLine(MbMixException e)
    {
        Assert.DoesNotContain('\n', e.Message);
        Assert.InRange(e.Message.Length, 10, 400);
        Assert.DoesNotContain("Exception", e.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(Tensor expected, Tensor actual) => Assert.Equal(Numbers(expected), Numbers(actual));

    private static float[] Numbers(Tensor tensor) => tensor.contiguous().Values<float>().ToArray();

    /// <summary>One observation at a time gives what the batch gives.</summary>
    private static void AssertClose(Tensor batch, IPolicy policy, Tensor observation)
    {
        float[] expected = Numbers(batch), observations = Numbers(observation);
        int inputs = (int)observation.shape[1], actions = (int)batch.shape[1];
        float[] action = new float[actions];
        for (int row = 0; row < Batch; row++)
        {
            policy.Act(observations.AsSpan(row * inputs, inputs), action);
            for (int i = 0; i < actions; i++) Assert.Equal(expected[(row * actions) + i], action[i], 1e-5f);
        }
    }
}
