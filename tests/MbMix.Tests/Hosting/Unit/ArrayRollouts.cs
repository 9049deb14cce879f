using System.Text;
using System.Text.Json;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Sim.MuJoCoFD;
using MbMix.Sim.Native;
using MbMix.Sim.Stub;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>Environments that compute in arrays give the same numbers there as in tensors.</summary>
public sealed class ArrayRollouts
{
    private const int Lanes = 5, Steps = 6;

    [Theory]
    [InlineData("diffrl/cartpole-swingup-v1")]
    [InlineData("diffrl/hopper-v1")]
    [InlineData("diffrl/ant-v1")]
    [InlineData("diffrl/ant-v1", "env.precision=double")]
    [InlineData("stub/one-bounce-v1")]
    [InlineData("mujoco/hopper-v5")]
    [InlineData("mujoco/diffrl-cartpole-swingup-v1")]
    public void Steps_and_gradient_have_the_same_bytes(string id, params string[] settings)
    {
        using var workers = new WorkerPool(1);
        using var env = Make(id, settings, workers);
        Assert.True(env is IArrayAccess access && (access.Arrays<float>() is not null || access.Arrays<double>() is not null));
        var (state, actions) = Recorded(env);
        Assert.Equal(Roll(new HostOpaqueEnv(env, id), state, actions), Roll(env, state, actions));
    }

    [Theory]
    [InlineData("diffrl/hopper-v1")]
    [InlineData("mujoco/hopper-v5")]
    [InlineData("mujoco/diffrl-cartpole-swingup-v1")]
    [InlineData("bruce/fast-run-v1")]
    [InlineData("brax/grasp-v1")]
    public void Starts_and_observations_have_the_same_bits(string id)
    {
        using var workers = new WorkerPool(1);
        using var env = Make(id, [], workers);
        var access = (IArrayAccess)env;
        if (access.Arrays<float>() is { } single) Same(env, single);
        else Same(env, access.Arrays<double>()!);
    }

    [Theory]
    [InlineData("diffrl/hopper-v1")]
    [InlineData("mujoco/hopper-v5")]
    public void A_policy_is_evaluated_alike(string id)
    {
        using var workers = new WorkerPool(1);
        using var env = Make(id, [], workers);
        using var policy = new LoadedPolicy(Policy(env.Spec));
        var expected = Evaluator.Evaluate(env, policy, 7, seed: 3);
        var outcome = new EpisodeOutcomes(7);
        Evaluator.EvaluateInArrays(env, policy, Evaluator.StartKeys(3, 7), outcome, TestContext.Current.CancellationToken);
        var actual = outcome.ToResult();
        Assert.Equal(expected.Lengths, actual.Lengths);
        Assert.Equal(expected.Faults, actual.Faults);
        for (int i = 0; i < 7; i++) Assert.Equal(expected.Returns[i], actual.Returns[i], Math.Abs(expected.Returns[i]) * 1e-3);
    }

    [Fact]
    public void A_missing_library_is_recognized_however_deep_it_lies()
    {
        var loading = new DllNotFoundException("Unable to load shared library 'LibTorchSharp' or one of its dependencies.");
        Assert.StartsWith("This needs libtorch", TorchLibrary.DescribeMissing(new MbMixException("plugin X threw", loading)), StringComparison.Ordinal);
        Assert.StartsWith(
            "This needs libtorch", TorchLibrary.DescribeMissing(new TypeInitializationException("X", new TypeInitializationException("TorchSharp.torch", new NotSupportedException("no package")))),
            StringComparison.Ordinal);
        Assert.Null(TorchLibrary.DescribeMissing(new DllNotFoundException("Unable to load shared library 'mujoco'.")));
        Assert.Null(TorchLibrary.DescribeMissing(new MbMixException("of torch, but another matter")));
    }

    private static IDifferentiableEnv Make(string id, string[] settings, IWorkers workers) =>
        HostRuns.Sessions(new SimNativePlugin(), new SimStubPlugin(), new SimMuJoCoFDPlugin()).CreateEnvironment(id, settings, workers);

    private static LaneKey[] Keys() => [.. Enumerable.Range(0, Lanes).Select(i => new LaneKey(11, i, 0))];

    private static void Same<T>(IDifferentiableEnv env, IArrayEnv<T> arrays)
        where T : unmanaged
    {
        using var scope = torch.NewDisposeScope();
        var (state, action) = (env.Reset(Keys()), torch.zeros([Lanes, env.Spec.Action.Size], env.Spec.StateType));
        var observation = env.Observe(state, action);
        T[] start = new T[Lanes * env.Spec.State.Size], observed = new T[Lanes * env.Spec.Observation.Size];
        arrays.Reset(Keys(), start);
        arrays.Observe(start, action.Values<T>(), observed);
        Assert.Equal(state.Values<T>().ToArray(), start);
        Assert.Equal(observation.Values<T>().ToArray(), observed);
    }

    private static (byte[] State, byte[] Actions) Recorded(IDifferentiableEnv env)
    {
        using var scope = torch.NewDisposeScope();
        var start = env.Reset(Keys()).to(torch.ScalarType.Float64);
        double[] values = start.Values<double>().ToArray();
        double[][] state = [.. values.Chunk(env.Spec.State.Size)];
        var random = new Random(5);
        double[][][] actions =
        [
            .. Enumerable.Range(0, Steps).Select(_ => Enumerable.Range(0, Lanes).Select(
                _ => env.Spec.Action.Dimensions.Select(d => d.Low + (1.2 * random.NextDouble() * (d.High - d.Low))).ToArray()).ToArray()),
        ];
        return (JsonSerializer.SerializeToUtf8Bytes(new { state }), JsonSerializer.SerializeToUtf8Bytes(new { actions }));
    }

    private static string Roll(IDifferentiableEnv env, byte[] state, byte[] actions)
    {
        using var output = new MemoryStream();
        Rollout.Run(env, state, actions, gradient: true, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static PolicyArtifact Policy(EnvSpec spec)
    {
        var random = new Random(9);
        PolicyLayer Layer(int inputs, int outputs, Activation? activation) => new(
            inputs, outputs, [.. Enumerable.Range(0, inputs * outputs).Select(_ => (float)(random.NextDouble() - 0.5))], new float[outputs], activation);
        return new PolicyArtifact
        {
            Environment = spec.Id,
            Algorithm = "test/algorithm-v1",
            Observation = spec.Observation,
            Action = spec.Action,
            ControlPeriod = spec.ControlPeriod,
            EnvironmentSteps = 1,
            Layers = [Layer(spec.Observation.Size, 8, Activation.Elu), Layer(8, spec.Action.Size, null)],
            Squash = ActionSquash.Tanh,
        };
    }
}
