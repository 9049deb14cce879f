using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>
/// The DiffRL tasks are the same on both simulators: the same state has the same observation, reward and termination.
/// </summary>
public sealed class DiffRlOnMuJoCo
{
    public static TheoryData<string> Names => ["cartpole", "hopper", "cheetah", "ant", "humanoid"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_transition_has_the_same_outcome(string task)
    {
        using var scope = torch.NewDisposeScope();
        using IPredictiveEnv native = Native(task), mujoco = MuJoCo(task);
        Assert.Equal(
            native.Spec.Observation.Dimensions.Select(d => (d.Name, d.Unit)),
            mujoco.Spec.Observation.Dimensions.Select(d => (d.Name, d.Unit)));
        Assert.Equal(native.Spec.Action.Dimensions, mujoco.Spec.Action.Dimensions);
        Assert.Equal(
            (native.Spec.ControlPeriod, native.Spec.EpisodeLength),
            (mujoco.Spec.ControlPeriod, mujoco.Spec.EpisodeLength),
            Period.Comparer);

        const int lanes = 6;
        Tensor before = MuJoCoEnvs.Moving(mujoco, lanes, 5);
        Tensor action = MuJoCoEnvs.Actions(mujoco, lanes, 9);
        Tensor after = mujoco.Step(before, action).NextState;
        var expected = native.Evaluate(Convert(mujoco, native, before), action, Convert(mujoco, native, after));
        var actual = mujoco.Evaluate(before, action, after);
        Assert.True(torch.allclose(expected.Observation, actual.Observation, rtol: 1e-9, atol: 1e-9));
        Assert.True(torch.allclose(expected.Reward, actual.Reward, rtol: 1e-9, atol: 1e-9));
        Assert.True(MuJoCoEnvs.Same(expected.Terminated, actual.Terminated));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Start_states_have_the_same_distribution(string task)
    {
        using var scope = torch.NewDisposeScope();
        using IPredictiveEnv native = Native(task), mujoco = MuJoCo(task);
        const int lanes = 4000;
        Tensor a = MuJoCoEnvs.Start(native, lanes), b = Convert(mujoco, native, MuJoCoEnvs.Start(mujoco, lanes));
        var apart = (a.mean([0L]) - b.mean([0L])).abs() / (a.std(0) + 1e-3);
        Assert.InRange(apart.max().item<double>(), 0, 5 * Math.Sqrt(2.0 / lanes));
        Assert.True(torch.allclose(a.std(0), b.std(0), rtol: 0.06, atol: 1e-3));
    }

    private static IPredictiveEnv MuJoCo(string task)
    {
        string name = task == "cartpole" ? "cartpole-swingup" : task;
        return (IPredictiveEnv)MuJoCoEnvs.Make($"mujoco/diffrl-{name}-v1");
    }

    private static IPredictiveEnv Native(string task) => TracedEnv.Create(
        Tasks.Make(task, randomStart: true),
        new TracedEnvOptions { Precision = Differentiation.Precision.Double },
        new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });

    /// <summary>Converts a state through the form that both simulators share, by names.</summary>
    private static Tensor Convert(IDifferentiableEnv from, IDifferentiableEnv to, Tensor state)
    {
        if (from.Chart is not IStateExchange source || to.Chart is not IStateExchange target) return state;
        var shared = source.ToExchange(state);
        var names = source.Exchange.Dimensions.Select(d => d.Name).ToList();
        long[] order = [.. target.Exchange.Dimensions.Select(d => (long)names.IndexOf(d.Name))];
        Assert.DoesNotContain(-1, order);
        return target.FromExchange(shared.index_select(1, torch.tensor(order)));
    }

    private sealed class Period : IEqualityComparer<(double, int)>
    {
        public static Period Comparer { get; } = new();

        public bool Equals((double, int) x, (double, int) y) =>
            Math.Abs(x.Item1 - y.Item1) < 1e-12 && x.Item2 == y.Item2;

        public int GetHashCode((double, int) value) => value.Item2;
    }
}
