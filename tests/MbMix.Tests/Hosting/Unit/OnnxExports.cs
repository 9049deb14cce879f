using System.Globalization;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>A policy in the ONNX format, run by ONNX Runtime, acts like the policy itself.</summary>
public sealed class OnnxExports : IDisposable
{
    private const float Tolerance = 1e-5f;

    private readonly HostFolder folder = new();

    public static TheoryData<Activation?, bool, ActionSquash> Networks
    {
        get
        {
            var data = new TheoryData<Activation?, bool, ActionSquash>();
            foreach (var activation in Enum.GetValues<Activation>().Select(a => (Activation?)a).Append(null))
            {
                foreach (var squash in Enum.GetValues<ActionSquash>())
                {
                    data.Add(activation, false, squash);
                    data.Add(activation, true, squash);
                }
            }
            return data;
        }
    }

    public static TheoryData<string> Algorithms => new(LearningRun.Exportable);

    private string Path => folder["policy.onnx"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void Actions_are_those_of_the_policy(Activation? activation, bool norm, ActionSquash squash)
    {
        AssertSame(RandomPolicy.Create(activation, norm, normalizer: true, squash));
        AssertSame(RandomPolicy.Create(activation, norm, normalizer: false, squash));
    }

    [Theory]
    [InlineData(Activation.Elu, Activation.Tanh, null)]
    [InlineData(Activation.Silu, Activation.Relu, Activation.Tanh)]
    [InlineData(null, Activation.Elu, Activation.Silu)]
    public void Layers_need_not_be_alike(Activation? first, Activation? second, Activation? last) =>
        AssertSame(RandomPolicy.Create(null, norm: false) with
        {
            Layers =
            [
                RandomPolicy.Layer(3, 7, first, norm: false), RandomPolicy.Layer(7, 5, second, norm: true),
                RandomPolicy.Layer(5, 2, last, norm: false),
            ],
        });

    [Fact]
    public void The_loop_of_the_guide_acts_like_the_policy()
    {
        var artifact = RandomPolicy.Create(Activation.Elu, norm: true) with { ControlPeriod = 0.001 };
        using var policy = new LoadedPolicy(artifact);
        PolicyExporter.Write(policy, new ExportFiles { Onnx = Path });
        var robot = new Robot();
        OnnxControlLoop.Run(Path, robot);
        Assert.Equal(3, robot.Actions.Count);
        var expected = new float[2];
        for (int step = 0; step < 3; step++)
        {
            policy.Act([step, 0.5f, -step], expected);
            for (int a = 0; a < 2; a++) Assert.Equal(expected[a], robot.Actions[step][a], Tolerance);
        }
    }

    [Fact]
    public void A_single_layer_is_enough() =>
        AssertSame(RandomPolicy.Create(null, norm: false) with { Layers = [RandomPolicy.Layer(3, 2, null, false)] });

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_policy_of_every_algorithm_can_be_exported(string algorithm)
    {
        using var scope = torch.NewDisposeScope();
        using var env = new LearningPredictiveMass();
        using var training = new LearningRun(algorithm, 1, env);
        training.Trace(4);
        AssertSame(((IExportablePolicy)training.Optimizer.Policy).Export(env.Spec, "test/algorithm-v1"));
    }

    [Fact]
    public void No_rounding_leaves_the_bounds()
    {
        // in single precision, the middle of these plus half of their distance is more than the upper one
        const float Low = 0.1f, High = 0.7f;
        var bounds = new SpaceSpec([.. Enumerable.Repeat(new Dimension("a", "", 0.1, 0.7), 2)]);
        var policy = RandomPolicy.Create(Activation.Relu, norm: false) with { Action = bounds };
        Assert.True((float)0.4 + (float)0.3 > High, "the test needs other bounds");
        using var exported = Export(policy);
        float[] actions = exported.Act(Observations(200, 1e4f), 200);
        Assert.All(actions, a => Assert.InRange(a, Low, High));
        Assert.Contains(Low, actions);
        Assert.Contains(High, actions);
    }

    [Fact]
    public void The_model_says_what_it_is()
    {
        using var exported = Export(RandomPolicy.Create(Activation.Elu, norm: true));
        var session = exported.Session;
        Assert.Equal([-1, 3], Assert.Single(session.InputMetadata, i => i.Key == "observation").Value.Dimensions);
        Assert.Equal([-1, 2], Assert.Single(session.OutputMetadata, i => i.Key == "action").Value.Dimensions);
        Assert.Equal("batch", session.InputMetadata["observation"].SymbolicDimensions[0]);
        var model = session.ModelMetadata;
        Assert.Equal(("MbMix", "policy"), (model.ProducerName, model.GraphName));
        Assert.Equal(
            "Deterministic policy of test/algorithm-v1 for test/env-v1, 1234567 environment steps; one action every "
            + "0.02 s.",
            model.Description);
        var texts = model.CustomMetadataMap;
        Assert.Equal("mbmix-onnx-1", texts["format"]);
        Assert.Equal(("test/env-v1", "test/algorithm-v1"), (texts["environment"], texts["algorithm"]));
        Assert.Equal("1234567", texts["envSteps"]);
        Assert.Equal(0.02, double.Parse(texts["controlPeriod"], CultureInfo.InvariantCulture));
        Assert.Equal(50, double.Parse(texts["controlRate"], CultureInfo.InvariantCulture));
        var observation = JsonNode.Parse(texts["observation"])!.AsArray();
        Assert.Equal(["height m", "Höhe \"2\" m/s", "last "], observation.Select(o => $"{o!["name"]} {o["unit"]}"));
        var action = JsonNode.Parse(texts["action"])!.AsArray();
        Assert.Equal(
            ["force N -1 0.7", "valve  0.1 0.7"],
            action.Select(a => $"{a!["name"]} {a["unit"]} {a["low"]} {a["high"]}"));
    }

    [Fact]
    public void The_same_policy_gives_the_same_bytes_and_nothing_else_is_written()
    {
        var policy = RandomPolicy.Create(Activation.Silu, norm: true);
        Export(policy).Dispose();
        byte[] first = File.ReadAllBytes(Path);
        File.WriteAllText(Path, "an earlier file");
        Export(policy).Dispose();
        Assert.Equal(first, File.ReadAllBytes(Path));
        Assert.Equal([Path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_policy_that_cannot_be_expressed_is_refused_and_nothing_is_written()
    {
        foreach (var policy in new[]
        {
            RandomPolicy.Create((Activation)99, norm: false),
            RandomPolicy.Create(Activation.Elu, norm: false, squash: (ActionSquash)99),
        })
        {
            var e = Assert.Throws<MbMixException>(() => Export(policy));
            Assert.StartsWith("The policy cannot be exported: ", e.Message, StringComparison.Ordinal);
            Assert.Contains("99", e.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Fact]
    public void An_ant_walks_through_ONNX_Runtime_as_it_does_without()
    {
        torch.set_num_threads(1);
        using var session = HostRuns.Sessions(BundledPlugins.All()).Create(new TrainingRequest
        {
            Environment = "diffrl/ant-v1",
            Algorithm = "shac",
            Seed = 1,
            Threads = 2,
        });
        // so early, contacts do not yet amplify rounding errors to other returns
        for (int i = 0; i < 3; i++) session.Iterate();
        using var policy = new LoadedPolicy(session.ExportPolicy()!);
        Assert.Equal(8, policy.Artifact.Action.Size);
        using var exported = Export(policy.Artifact);
        var expected = Evaluator.Evaluate(session.Env, policy, 16, 1);
        var actual = Evaluator.Evaluate(session.Env, exported, 16, 1);
        Assert.Equal((0, 0), (expected.Faults, actual.Faults));
        Assert.NotEqual(0, expected.Mean);
        Assert.InRange(actual.Mean / expected.Mean, 1 - 1e-3, 1 + 1e-3);
    }

    private static float[] Observations(int rows, float size)
    {
        float[] values = new float[rows * RandomPolicy.Observations];
        new CounterRandom(3, "observations").Normal(values, 0);
        return [.. values.Select(v => v * size)];
    }

    private OnnxRuntimePolicy Export(PolicyArtifact artifact)
    {
        using var policy = new LoadedPolicy(artifact);
        PolicyExporter.Write(policy, new ExportFiles { Onnx = Path });
        return new OnnxRuntimePolicy(Path);
    }

    /// <summary>
    /// Compares single observations and large batches, of moderate size and so large that actions saturate. In between
    /// are observations for which the rounding errors of any single-precision program exceed the tolerance.
    /// </summary>
    private void AssertSame(PolicyArtifact artifact)
    {
        int inputs = artifact.Observation.Size, outputs = artifact.Action.Size;
        using var policy = new LoadedPolicy(artifact);
        using var exported = Export(artifact);
        foreach (float size in new[] { 1, 10, 1e6f })
        {
            foreach (int rows in new[] { 1, 1000 })
            {
                float[] observations = Observations(rows, size);
                float[] actions = exported.Act(observations, rows);
                Assert.Equal(rows * outputs, actions.Length);
                float[] expected = new float[outputs];
                for (int r = 0; r < rows; r++)
                {
                    policy.Act(observations.AsSpan(r * inputs, inputs), expected);
                    for (int i = 0; i < outputs; i++)
                        Assert.Equal(expected[i], actions[(r * outputs) + i], Tolerance);
                }
                float[] last = new float[outputs];
                exported.Act(observations.AsSpan((rows - 1) * inputs), last);
                for (int i = 0; i < outputs; i++) Assert.Equal(expected[i], last[i], Tolerance);
                // actions that hardly depend on the observation would compare nothing
                if (rows > 1 && size == 1) Assert.InRange(actions.Distinct().Count(), rows / 5, rows * outputs);
            }
        }
    }

    private sealed class Robot : OnnxControlLoop.IRobot
    {
        public List<float[]> Actions { get; } = [];

        public bool IsOn => Actions.Count < 3;

        public void Measure(float[] observation) =>
            (observation[0], observation[1], observation[2]) = (Actions.Count, 0.5f, -Actions.Count);

        public void Apply(float[] action) => Actions.Add([.. action]);
    }
}
