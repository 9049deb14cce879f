using System.Numerics;

namespace MbMix.Differentiation;

/// <summary>
/// A compiled function of a few groups of values and its pullback, for batches of any size. Each row of a batch
/// occupies one lane of the SIMD vectors; its result does not depend on the other rows. Any number of threads may use
/// one map.
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
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Maps compute in float or double, not in {typeof(T).Name}.");
        var precision = typeof(T) == typeof(float) ? Precision.Single : Precision.Double;
        inputs = function.InputSizes;
        this.differentiable = differentiable.Length > 0 ? differentiable : [.. Enumerable.Range(0, inputs.Length)];
        OutputSize = function.Outputs[0].Length;
        kernel = Kernels.Build(function, precision, options);
        adjoint = new(() =>
        {
            var wanted = this.differentiable.Select(group => (group, false));
            return Kernels.Build(function.Adjoint([.. wanted]), precision, options);
        });
        int values = (2 * (inputs.Sum() + OutputSize)) * kernel.Lanes;
        memory = new(() => new KernelMemory(values * sizeof(T), kernel.ScratchBytes));
    }

    /// <summary>Number of output components.</summary>
    public int OutputSize { get; }

    /// <summary>Evaluates the function.</summary>
    /// <param name="batch">Batch size B.</param>
    /// <param name="given">The address of one row-major matrix <c>[B, size]</c> per input.</param>
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
    /// <param name="batch">Batch size B.</param>
    /// <param name="given">The inputs, as in <see cref="Run"/>.</param>
    /// <param name="dOutput">Cotangents of the output, <c>[B, OutputSize]</c>.</param>
    /// <param name="dInputs">
    /// Per input, the address of a matrix that receives its cotangents; 0 if they are not wanted or the map is not
    /// differentiated in this input.
    /// </param>
    public void Pullback(int batch, ReadOnlySpan<nint> given, T* dOutput, ReadOnlySpan<nint> dInputs)
    {
        Check(given.Length);
        Check(dInputs.Length);
        var own = memory.Value!;
        var pullback = adjoint.Value;
        own.EnsureWork(pullback.ScratchBytes);
        int lanes = pullback.Lanes, count = inputs.Length;
        nint* groups = stackalloc nint[(2 * count) + 1];
        for (int first = 0; first < batch; first += lanes)
        {
            int rows = Math.Min(lanes, batch - first);
            T* values = Gather(given, first, rows, (T*)own.Values, groups);
            groups[count] = (nint)values;
            LaneRows.Gather(dOutput + ((long)first * OutputSize), rows, OutputSize, values, lanes);
            values += OutputSize * lanes;
            for (int k = 0; k < differentiable.Length; k++)
            {
                groups[count + 1 + k] = (nint)values;
                values += inputs[differentiable[k]] * lanes;
            }
            pullback.Run(groups, own.Work);
            for (int k = 0; k < differentiable.Length; k++)
            {
                int i = differentiable[k];
                if (dInputs[i] == 0) continue;
                T* destination = (T*)dInputs[i] + ((long)first * inputs[i]);
                LaneRows.Scatter((T*)groups[count + 1 + k], rows, inputs[i], destination, lanes);
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
