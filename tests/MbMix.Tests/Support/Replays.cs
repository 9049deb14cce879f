using MbMix.Pages;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>Replays of environments for the tests of pages.</summary>
internal static class Replays
{
    /// <summary>A task of the DiffRL suite by its short name.</summary>
    public static IPredictiveEnv Native(string task, bool randomStart = false) => TracedEnv.Create(
        Tasks.Make(task, randomStart),
        new TracedEnvOptions { Precision = Differentiation.Precision.Double },
        new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });

    /// <summary>Random actions on such a task, for a number of steps, whether it ends earlier or not.</summary>
    public static Replay Random(string task, int steps, string? label = null)
    {
        using var env = new Endless(Native(task));
        return ReplayRecorder.OfRandomActions(env, new ReplayOptions { Steps = steps, Seed = 1, Label = label });
    }

    private sealed class Endless(IPredictiveEnv inner) : IDifferentiableEnv
    {
        public EnvSpec Spec => inner.Spec;

        public IStateChart Chart => inner.Chart;

        public ISceneView? View => inner.View;

        public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

        public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

        public EnvStep Step(Tensor state, Tensor action)
        {
            var step = inner.Step(state, action);
            step.Terminated.zero_();
            return step;
        }

        public void Dispose() => inner.Dispose();
    }
}
