using BenchmarkDotNet.Attributes;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>The overhead of a managed node in the autograd graph, beside a native operation of the same size.</summary>
public class GraphNodes
{
    private Tensor input = null!;

    [GlobalSetup]
    public void Setup() => input = torch.ones(64, 37).requires_grad_(true);

    [GlobalCleanup]
    public void Cleanup() => input.Dispose();

    [Benchmark(Baseline = true)]
    public void NativeOperation()
    {
        using var scope = torch.NewDisposeScope();
        Backward.Run((input * 2).sum());
    }

    [Benchmark]
    public void ManagedNode()
    {
        using var scope = torch.NewDisposeScope();
        Backward.Run(new Twice().Apply(input)[0].sum());
    }

    private sealed class Twice : CustomFunction
    {
        protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep) => [Doubled(inputs[0])];

        protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept) =>
            [Doubled(gradients[0]!)];

        private static Tensor Doubled(Tensor x)
        {
            var y = torch.empty_like(x);
            Span<float> from = x.Values<float>(), to = y.Values<float>();
            for (int i = 0; i < from.Length; i++) to[i] = 2 * from[i];
            return y;
        }
    }
}
