using BenchmarkDotNet.Attributes;

namespace MbMix.Benchmarks;

/// <summary>One control step of 64 environments, in bare kernels and through torch, on one thread.</summary>
public class ControlSteps
{
    private Workload workload = null!;

    /// <summary>The task.</summary>
    [Params("cartpole-swingup", "hopper", "cheetah", "ant", "humanoid", "snu-humanoid")]
    public string Task { get; set; } = string.Empty;

    [GlobalSetup]
    public void Setup() => workload = new Workload($"diffrl/{Task}-v1", envs: 64, horizon: 1, threads: 1, width: 0);

    [GlobalCleanup]
    public void Cleanup() => workload.Dispose();

    [Benchmark(Baseline = true)]
    public void KernelForward() => Run("kernel", "forward");

    [Benchmark]
    public void KernelForwardAndAdjoint() => Run("kernel", "backward");

    [Benchmark]
    public void TorchForwardAndBackward() => Run("torch", "backward");

    [Benchmark]
    public void FullJacobian() => Run("torch", "jacobian");

    private void Run(string layer, string kind) => workload.Run(layer, kind);
}
