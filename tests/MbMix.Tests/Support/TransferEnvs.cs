using MbMix.Comparison;
using MbMix.Differentiation;
using MbMix.Sim.MuJoCoFD;
using MbMix.Sim.Native;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using MujocoSharp;

namespace MbMix.Tests.Support;

/// <summary>Environments of the DiffRL suite on both simulators, as a transfer gets them.</summary>
internal static class TransferEnvs
{
    private static EnvContext Context => new() { Workers = new LearningWorkers(), Logger = NullLogger.Instance };

    public static IPredictiveEnv Native(string task, Precision precision = Precision.Double) =>
        TracedEnv.Create(Tasks.Make(task, randomStart: true), new TracedEnvOptions { Precision = precision }, Context);

    public static IDifferentiableEnv MuJoCo(string task)
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        var sessions = HostRuns.Sessions(new SimMuJoCoFDPlugin(), new SimNativePlugin());
        return sessions.CreateEnvironment(task == "cartpole" ? "mujoco/diffrl-cartpole-swingup-v1" : $"mujoco/diffrl-{task}-v1", [], new LearningWorkers());
    }

    /// <summary>Robots that swing: actions that depend on the observation and never rest.</summary>
    public sealed class Swaying(int actions) : IPolicy
    {
        public TorchSharp.torch.Tensor Act(TorchSharp.torch.Tensor observation, TorchSharp.torch.Tensor? noise = null)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            var phases = TorchSharp.torch.arange(actions, dtype: TorchSharp.torch.ScalarType.Float32);
            return (observation.to(TorchSharp.torch.ScalarType.Float32).sum(1, keepdim: true) + phases).sin().MoveToOuterDisposeScope();
        }

        public void Act(ReadOnlySpan<float> observation, Span<float> action) => throw new NotSupportedException();
    }

    /// <summary>The very same physics with the state laid out as another environment has it: nothing may be left of a comparison.</summary>
    public sealed class InLayoutOf : IDifferentiableEnv
    {
        private readonly IDifferentiableEnv inner;
        private readonly IDifferentiableEnv layout;
        private readonly StateBridge bridge;

        public InLayoutOf(IDifferentiableEnv inner, IDifferentiableEnv layout)
        {
            (this.inner, this.layout) = (inner, layout);
            bridge = new StateBridge(inner, layout);
            Spec = inner.Spec with { State = layout.Spec.State, StateType = layout.Spec.StateType };
        }

        public EnvSpec Spec { get; }

        public IStateChart Chart => layout.Chart;

        public TorchSharp.torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => bridge.Forth(inner.Reset(lanes));

        public TorchSharp.torch.Tensor Observe(TorchSharp.torch.Tensor state, TorchSharp.torch.Tensor lastAction) => inner.Observe(bridge.Back(state), lastAction);

        public EnvStep Step(TorchSharp.torch.Tensor state, TorchSharp.torch.Tensor action)
        {
            var step = inner.Step(bridge.Back(state), action);
            return step with { NextState = bridge.Forth(step.NextState) };
        }

        public void Dispose() => bridge.Dispose();
    }
}
