using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MbMix.Differentiation;

namespace MbMix.Tests.Determinism;

/// <summary>Compiled code goes with its kernel, while other kernels run.</summary>
public sealed class KernelsAreCollected
{
    private const int Count = 400, Threads = 2;

    [Fact]
    public async Task Kernels_that_come_and_go_disturb_no_other_and_are_freed()
    {
        using var end = new CancellationTokenSource();
        var lasting = Make(-1);
        double expected = Run(lasting, 0.5f);
        long runs = 0;
        var side = Task.Run(() =>
        {
            for (; !end.IsCancellationRequested; runs++) Assert.Equal(expected, Run(lasting, 0.5f));
        });
        var collecting = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        var left = new WeakReference[Count];
        try
        {
            await Task.Run(() => Parallel.For(
                0, Count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i => left[i] = UseOnce(i)));
        }
        finally
        {
            end.Cancel();
            await Task.WhenAll(side, collecting);
        }
        Assert.True(runs > 100, $"only {runs} runs beside the kernels that come and go");
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.InRange(left.Count(w => w.IsAlive), 0, Threads);
        Assert.Equal(expected, Run(lasting, 0.5f));
    }

    // on a frame of its own, so that nothing keeps the kernel
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseOnce(int i)
    {
        var kernel = Make(i);
        double x = 0.01f * i;
        for (int k = 0; k < 20; k++) Assert.Equal(Math.Sin(x) + (i * x), Run(kernel, (float)x), 1e-3 * (1 + (i * x)));
        return new WeakReference(kernel);
    }

    // no two of them are the same program
    private static Kernel Make(int i) => Kernels.Build(
        TracedFunction.Trace([1], g => [[Traced.Sin(g[0][0]) + (g[0][0] * i)]]), Precision.Single, new KernelOptions());

    private static unsafe double Run(Kernel kernel, float x)
    {
        float[] input = new float[kernel.Lanes], output = new float[kernel.Lanes];
        Array.Fill(input, x);
        void* scratch = NativeMemory.AlignedAlloc((nuint)kernel.ScratchBytes, 64);
        nint* groups = stackalloc nint[2];
        fixed (float* a = input, b = output)
        {
            (groups[0], groups[1]) = ((nint)a, (nint)b);
            kernel.Run(groups, (nint)scratch);
        }
        NativeMemory.AlignedFree(scratch);
        Assert.All(output, y => Assert.Equal(output[0], y));
        return output[0];
    }
}
