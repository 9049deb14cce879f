using System.Numerics;
using System.Runtime.InteropServices;

namespace MbMix.Differentiation;

/// <summary>
/// A compiled function of a few groups of values, on batches of any size, and its vector-Jacobian product. Rows are put side by side in the lanes of
/// SIMD vectors; a row's result does not depend on its neighbors. Any number of threads may use one map.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class BatchedMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel kernel;
    private readonly Lazy<Kernel> adjoint;
    private readonly int[] inputs;
    private readonly int[] differentiable;
    private readonly ThreadLocal<Memory> memory;

    internal BatchedMap(TracedFunction function, KernelOptions options, params int[] differentiable)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw new NotSupportedException($"Maps compute in float or double, not in {typeof(T).Name}.");
        var precision = typeof(T) == typeof(float) ? Precision.Single : Precision.Double;
        inputs = function.InputSizes;
        this.differentiable = differentiable.Length > 0 ? differentiable : [.. Enumerable.Range(0, inputs.Length)];
        OutputSize = function.Outputs[0].Length;
        kernel = Kernels.Build(function, precision, options);
        adjoint = new(() => Kernels.Build(function.Adjoint([.. this.differentiable.Select(group => (group, false))]), precision, options));
        int values = (2 * (inputs.Sum() + OutputSize)) * kernel.Lanes;
        memory = new(() => new Memory(values * sizeof(T)));
    }

    /// <summary>Components of each input.</summary>
    public ReadOnlySpan<int> InputSizes => inputs;

    /// <summary>Components of the output.</summary>
    public int OutputSize { get; }

    /// <summary>Evaluates the function.</summary>
    /// <param name="batch">Rows B.</param>
    /// <param name="given">One row-major matrix <c>[B, size]</c> per input.</param>
    /// <param name="output">Receives <c>[B, OutputSize]</c>.</param>
    public void Run(int batch, ReadOnlySpan<nint> given, T* output)
    {
        Check(given.Length);
        var own = memory.Value!;
        own.EnsureWork(kernel.ScratchBytes);
        int lanes = kernel.Lanes;
        nint* groups = stackalloc nint[inputs.Length + 1];
        for (int first = 0; first < batch; first += lanes)
        {
            int rows = Math.Min(lanes, batch - first);
            T* values = (T*)own.Values;
            values = Gather(given, first, rows, values, groups);
            groups[inputs.Length] = (nint)values;
            kernel.Run(groups, own.Work);
            Scatter(values, rows, OutputSize, output + ((long)first * OutputSize));
        }
        GC.KeepAlive(this);
    }

    /// <summary>Pulls cotangents of the output back to the inputs.</summary>
    /// <param name="batch">Rows B.</param>
    /// <param name="given">The inputs, as in <see cref="Run"/>.</param>
    /// <param name="cotangent">Cotangents of the output, <c>[B, OutputSize]</c>.</param>
    /// <param name="results">Per input a matrix that receives its cotangents; zero for one that is not wanted, and for those the map is not differentiated in.</param>
    public void PullBack(int batch, ReadOnlySpan<nint> given, T* cotangent, ReadOnlySpan<nint> results)
    {
        Check(given.Length);
        Check(results.Length);
        var own = memory.Value!;
        var pull = adjoint.Value;
        own.EnsureWork(pull.ScratchBytes);
        int lanes = pull.Lanes, count = inputs.Length;
        nint* groups = stackalloc nint[(2 * count) + 1];
        for (int first = 0; first < batch; first += lanes)
        {
            int rows = Math.Min(lanes, batch - first);
            T* values = Gather(given, first, rows, (T*)own.Values, groups);
            groups[count] = (nint)values;
            GatherRows((T*)cotangent + ((long)first * OutputSize), rows, OutputSize, values);
            values += OutputSize * lanes;
            for (int k = 0; k < differentiable.Length; k++)
            {
                groups[count + 1 + k] = (nint)values;
                values += inputs[differentiable[k]] * lanes;
            }
            pull.Run(groups, own.Work);
            for (int k = 0; k < differentiable.Length; k++)
            {
                int i = differentiable[k];
                if (results[i] != 0) Scatter((T*)groups[count + 1 + k], rows, inputs[i], (T*)results[i] + ((long)first * inputs[i]));
            }
        }
        GC.KeepAlive(this);
    }

    private void Check(int count)
    {
        if (count != inputs.Length) throw new ArgumentException($"{count} matrices came; expected {inputs.Length}.");
    }

    private T* Gather(ReadOnlySpan<nint> given, int first, int rows, T* values, nint* groups)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            groups[i] = (nint)values;
            GatherRows((T*)given[i] + ((long)first * inputs[i]), rows, inputs[i], values);
            values += inputs[i] * kernel.Lanes;
        }
        return values;
    }

    /// <summary>Rows to lanes; missing rows of the last block repeat its first one, so that idle lanes compute something harmless.</summary>
    private void GatherRows(T* rows, int count, int size, T* values)
    {
        int lanes = kernel.Lanes;
        for (int l = 0; l < lanes; l++)
        {
            T* row = rows + ((l < count ? l : 0) * size);
            for (int i = 0; i < size; i++) values[(i * lanes) + l] = row[i];
        }
    }

    private void Scatter(T* values, int count, int size, T* rows)
    {
        int lanes = kernel.Lanes;
        for (int l = 0; l < count; l++)
        {
            for (int i = 0; i < size; i++) rows[(l * size) + i] = values[(i * lanes) + l];
        }
    }

    /// <summary>A thread's own memory: values of a block, and the kernels' scratch.</summary>
    private sealed class Memory(int valueBytes)
    {
        private int size;

        public nint Values { get; } = (nint)NativeMemory.AlignedAlloc((nuint)valueBytes, 64);

        public nint Work { get; private set; }

        ~Memory()
        {
            NativeMemory.AlignedFree((void*)Values);
            NativeMemory.AlignedFree((void*)Work);
        }

        public void EnsureWork(int needed)
        {
            if (needed <= size) return;
            NativeMemory.AlignedFree((void*)Work);
            Work = (nint)NativeMemory.AlignedAlloc((nuint)needed, 64);
            size = needed;
        }
    }
}
