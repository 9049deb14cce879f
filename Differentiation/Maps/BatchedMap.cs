using System.Numerics;

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
    private readonly ThreadLocal<KernelMemory> memory;

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
        memory = new(() => new KernelMemory(values * sizeof(T), kernel.ScratchBytes));
    }

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
        int lanes = kernel.Lanes;
        nint* groups = stackalloc nint[inputs.Length + 1];
        for (int first = 0; first < batch; first += lanes)
        {
            int rows = Math.Min(lanes, batch - first);
            T* values = Gather(given, first, rows, (T*)own.Values, groups);
            groups[inputs.Length] = (nint)values;
            kernel.Run(groups, own.Work);
            LaneRows.Scatter(values, rows, OutputSize, output + ((long)first * OutputSize), lanes);
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
            LaneRows.Gather(cotangent + ((long)first * OutputSize), rows, OutputSize, values, lanes);
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
                if (results[i] != 0) LaneRows.Scatter((T*)groups[count + 1 + k], rows, inputs[i], (T*)results[i] + ((long)first * inputs[i]), lanes);
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
            LaneRows.Gather((T*)given[i] + ((long)first * inputs[i]), rows, inputs[i], values, kernel.Lanes);
            values += inputs[i] * kernel.Lanes;
        }
        return values;
    }
}
