using BenchmarkDotNet.Attributes;
using MbMix.Hosting;
using MbMix.Sim.Native;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>The same hopper step, compiled and interpreted.</summary>
public class Interpretation
{
    private WorkerPool workers = null!;
    private IDifferentiableEnv env = null!;
    private Tensor state = null!;
    private Tensor action = null!;

    /// <summary>Whether the interpreter runs the step instead of compiled kernels.</summary>
    [Params(false, true)]
    public bool Interpret { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        workers = new WorkerPool(1);
        var options = new DiffRlOptions { Interpret = Interpret };
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        env = Simulation.TracedEnv.Create(PlanarTask.Hopper(options), options, context);
        state = env.Reset([.. Enumerable.Range(0, 64).Select(lane => new LaneKey(0, lane, 0))]);
        action = torch.zeros(64, env.Spec.Action.Size);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        state.Dispose();
        action.Dispose();
        env.Dispose();
        workers.Dispose();
    }

    [Benchmark]
    public void Step() => env.Step(state, action).Dispose();
}
