using System.Diagnostics;
using System.Runtime.InteropServices;
using MbMix.Differentiation;
using MbMix.Hosting;
using MbMix.Numerics;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>
/// A rollout of random actions from random start states, and its backward pass from the sum of all rewards and
/// observations.
/// </summary>
internal sealed unsafe class Workload : IDisposable
{
    private readonly TracedEnv<float> env;
    private readonly WorkerPool workers;
    private readonly int horizon;
    private readonly Tensor start;
    private readonly Tensor[] actions;
    private readonly float* tapes;

    public Workload(string id, int envs, int horizon, int threads, int width)
    {
        (Id, Envs, this.horizon) = (id, envs, horizon);
        workers = new WorkerPool(threads);
        var clock = Stopwatch.StartNew();
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        env = (TracedEnv<float>)PluginEnvs.Native(id, (VectorWidth)width, context);
        _ = env.Engine.OperationCounts;
        CompileSeconds = clock.Elapsed.TotalSeconds;
        start = env.Reset([.. Enumerable.Range(0, envs).Select(lane => new LaneKey(0, lane, 0))]);
        var random = new CounterRandom(0, "benchmark/actions");
        int a = env.Spec.Action.Size;
        actions = [.. Enumerable.Range(0, horizon).Select(t => (random.UniformTensor(t, envs, a) * 2) - 1)];
        long tapeLength = env.Engine.TapeLength(envs);
        tapes = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * tapeLength * horizon), 64);
    }

    public string Id { get; }

    public int Envs { get; }

    public int Lanes => env.Engine.Lanes;

    public int Substeps => env.Engine.Layout.Substeps;

    public double CompileSeconds { get; }

    public (long Forward, long Adjoint) Operations => env.Engine.OperationCounts;

    public long StepsPerRun => (long)Envs * horizon;

    public IEnumerable<(string Layer, string What, string Kind, Action Run)> Modes() =>
    [
        ("kernel", "forward", "forward", KernelForward),
        ("kernel", "forward + adjoint", "backward", () =>
        {
            KernelForward();
            KernelBackward();
        }),
        ("torch", "forward, no gradient", "forward", TorchForward),
        ("torch", "forward + backward()", "backward", TorchBackward),
        ("torch", "Jacobian", "jacobian", Jacobian),
    ];

    /// <summary>One rollout of a layer ("kernel" or "torch") in a mode ("forward", "backward" or "jacobian").</summary>
    public void Run(string layer, string kind) => Modes().First(m => m.Layer == layer && m.Kind == kind).Run();

    public void Dispose()
    {
        NativeMemory.AlignedFree(tapes);
        start.Dispose();
        foreach (var action in actions) action.Dispose();
        env.Dispose();
        workers.Dispose();
    }

    private readonly List<float[]> states = [];
    private float[] observation = [], reward = [], dAction = [], ones = [];
    private byte[] terminated = [];
    private int[] fault = [];

    private void KernelForward()
    {
        Allocate();
        start.Values<float>().CopyTo(states[0]);
        for (int t = 0; t < horizon; t++)
        {
            fixed (float* s = states[t], n = states[t + 1], a = actions[t].Values<float>(), o = observation, r = reward)
            fixed (byte* e = terminated)
            fixed (int* f = fault)
            {
                float* tape = tapes + ((long)t * env.Engine.TapeLength(Envs));
                env.Engine.Forward(Envs, s, a, n, o, r, e, f, tape, workers);
            }
        }
    }

    private void KernelBackward()
    {
        // the cotangents of all observations and rewards are 1; those of the states reuse the states' buffers, which
        // are free by now
        Array.Clear(states[horizon]);
        for (int t = horizon - 1; t >= 0; t--)
        {
            fixed (float* dNext = states[t + 1], one = ones, dState = states[t], da = dAction)
            {
                float* tape = tapes + ((long)t * env.Engine.TapeLength(Envs));
                env.Engine.Backward(Envs, tape, dNext, one, one, dState, da, workers);
            }
        }
    }

    private void Allocate()
    {
        if (states.Count > 0) return;
        for (int t = 0; t <= horizon; t++) states.Add(new float[Envs * env.Spec.State.Size]);
        observation = new float[Envs * env.Spec.Observation.Size];
        dAction = new float[Envs * env.Spec.Action.Size];
        (reward, terminated, fault) = (new float[Envs], new byte[Envs], new int[Envs]);
        ones = new float[Envs * env.Spec.Observation.Size];
        Array.Fill(ones, 1f);
    }

    private void TorchForward()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var state = start;
        foreach (var action in actions) state = env.Step(state, action).NextState;
    }

    private void TorchBackward()
    {
        using var scope = torch.NewDisposeScope();
        var first = start.detach().requires_grad_(true);
        var state = first;
        var outputs = new List<Tensor>();
        foreach (var action in actions)
        {
            var step = env.Step(state, action);
            outputs.Add(step.Observation);
            outputs.Add(step.Reward);
            state = step.NextState;
        }
        Backward.Run(outputs, [.. outputs.Select(o => torch.ones_like(o))], [first]);
    }

    private void Jacobian()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var action in actions)
        {
            using var step = torch.NewDisposeScope();
            env.Linearize(start, action);
        }
    }
}
