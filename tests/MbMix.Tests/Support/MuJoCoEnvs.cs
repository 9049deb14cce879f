using MbMix.Numerics;
using MbMix.Sim.MuJoCoFD;
using MujocoSharp;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>
/// The MuJoCo environments, made as the host makes them. Their tests fail without the native library.
/// </summary>
internal static class MuJoCoEnvs
{
    /// <summary>Every environment.</summary>
    public static readonly string[] All =
    [
        "mujoco/inverted-pendulum-v5",
        "mujoco/inverted-double-pendulum-v5",
        "mujoco/reacher-v5",
        "mujoco/pusher-v5",
        "mujoco/swimmer-v5",
        "mujoco/hopper-v5",
        "mujoco/walker2d-v5",
        "mujoco/half-cheetah-v5",
        "mujoco/ant-v5",
        "mujoco/humanoid-v5",
        "mujoco/humanoid-standup-v5",
        "mujoco/diffrl-cartpole-swingup-v1",
        "mujoco/diffrl-hopper-v1",
        "mujoco/diffrl-cheetah-v1",
        "mujoco/diffrl-ant-v1",
        "mujoco/diffrl-humanoid-v1",
        "mujoco/bruce-fast-run-v1",
    ];

    /// <summary>Those whose solver converges, so that differences of their steps mean something.</summary>
    public static readonly string[] Differentiable = [.. All.Where(id => !id.StartsWith("mujoco/humanoid", StringComparison.Ordinal))];

    public static IDifferentiableEnv Make(string id, string[]? settings = null, IWorkers? workers = null)
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        return HostRuns.Sessions(new SimMuJoCoFDPlugin()).CreateEnvironment(
            id, settings ?? [], workers ?? new LearningWorkers());
    }

    public static MjModel Model(string file) => MjModel.FromXml(ModelFiles.Text(file));

    /// <summary>Random actions within the bounds, float64 <c>[B, A]</c>; a function of the seed alone.</summary>
    public static Tensor Actions(IDifferentiableEnv env, int lanes, int seed, double share = 0.9)
    {
        var action = torch.empty([lanes, env.Spec.Action.Size], torch.ScalarType.Float64);
        var noise = new float[lanes * env.Spec.Action.Size];
        new CounterRandom(seed, "test actions").Uniform(noise, 0);
        var values = action.Values<double>();
        for (int i = 0; i < noise.Length; i++)
        {
            var bounds = env.Spec.Action.Dimensions[i % env.Spec.Action.Size];
            values[i] = ((bounds.High + bounds.Low) / 2) + (share * (noise[i] - 0.5) * (bounds.High - bounds.Low));
        }
        return action;
    }

    public static Tensor Start(IDifferentiableEnv env, int lanes, long seed = 5) =>
        env.Reset([.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(seed, lane, 0))]);

    /// <summary>States [B, S] in the middle of a motion, after some random steps.</summary>
    public static Tensor Moving(IDifferentiableEnv env, int lanes, int steps)
    {
        using var noGrad = torch.no_grad();
        var state = Start(env, lanes);
        for (int t = 0; t < steps; t++) state = env.Step(state, Actions(env, lanes, t)).NextState;
        return state;
    }

    public static double[] Numbers(Tensor tensor) =>
        tensor.detach().to(torch.ScalarType.Float64).contiguous().Values<double>().ToArray();

    /// <summary>Whether two tensors have the same bits.</summary>
    public static bool Same(Tensor a, Tensor b) =>
        a.detach().contiguous().bytes.SequenceEqual(b.detach().contiguous().bytes);
}
