using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>
/// A network bound to its parameters and run by our own SIMD kernels, because at these sizes a libtorch operation costs
/// as much as the layer it computes (docs/decisions/0009-networks.md). It can be differentiated once, in its input and
/// its parameters.
/// </summary>
/// <remarks>
/// <para>The rows of a batch are processed in blocks, and the blocks are divided into a few parts whose number depends
/// only on the number of rows. Parts may run on different threads; their gradients are summed in order. Results
/// therefore do not depend on the number of threads.</para>
/// <para>A backward pass adds parameter gradients directly to <see cref="ParameterSet.Gradients"/>, no matter which
/// leaves it was asked for. Parameters must not change between a forward pass and its backward pass; a change is
/// detected and is an error.</para>
/// <para>Use an instance from one thread at a time.</para>
/// </remarks>
public sealed unsafe class BoundMlp : IDisposable
{
    // each further part could serve a further thread, but costs one more sum of gradients
    private const int MostParts = 4;
    private const int SmallBlock = MlpKernel.MostRows / 2;

    // about as many multiply-adds as fit in the time it takes to wake a second thread
    private const long WorthSharing = 100_000;

    private readonly IWorkers? workers;
    private readonly NativeBuffer pack;
    private readonly Part[] parts;
    private readonly long operations;

    /// <summary>Binds a network to its parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">A set that begins with the network's parameters; the caller keeps ownership.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public BoundMlp(Mlp network, ParameterSet parameters, IWorkers? workers = null)
        : this(network, parameters, workers, 0)
    {
    }

    internal BoundMlp(Mlp network, ParameterSet parameters, IWorkers? workers, int bits)
    {
        (Network, Parameters, this.workers) = (network, parameters, workers);
        int[] offsets = [.. Enumerable.Range(0, network.ParameterCount).Select(parameters.OffsetOf)];
        int[] sizes = [.. network.Sizes];
        Kernel = MlpKernel.Create(
            sizes, network.Activation, network.LayerNorm, offsets, parameters.Values.Length, bits);
        pack = new NativeBuffer(Kernel.Layout.PackSize);
        parts = new Part[MostParts];
        for (int i = 0; i < network.Sizes.Count - 1; i++) operations += (long)network.Sizes[i] * network.Sizes[i + 1];
    }

    /// <summary>The network.</summary>
    public Mlp Network { get; }

    /// <summary>The set that begins with the network's parameters.</summary>
    public ParameterSet Parameters { get; }

    internal MlpKernel Kernel { get; }

    /// <summary>The parameters in the form that the kernels read.</summary>
    internal float* Packed => pack.Pointer;

    /// <summary>Incremented whenever the packed parameters change.</summary>
    internal long Version { get; private set; }

    /// <summary>Runs the network as one autograd node.</summary>
    /// <param name="input">Input, float32 <c>[B, Inputs]</c>.</param>
    /// <param name="train">Whether a backward pass adds to the gradients of the parameters.</param>
    /// <returns>Output <c>[B, Outputs]</c>.</returns>
    public Tensor Forward(Tensor input, bool train)
    {
        Check(input);
        Refresh();
        var call = new MlpFunction(this, (int)input.size(0), train);
        return train ? call.Apply(input, Parameters.Trainable[0])[0] : call.Apply(input)[0];
    }

    /// <summary>Starts a trainable pass whose vector-Jacobian products are trainable as well.</summary>
    /// <param name="input">Input, float32 <c>[B, Inputs]</c>; it receives no gradient.</param>
    public MlpPass Record(Tensor input)
    {
        Check(input);
        Refresh();
        return new MlpPass(this, input);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pack.Dispose();
        foreach (var part in parts) part?.Dispose();
    }

    /// <summary>Packs the parameters again if they have changed.</summary>
    internal void Refresh()
    {
        ReadOnlySpan<float> block = Parameters.Values;
        // compared bit by bit, so that a NaN that stays does not count as a change
        ReadOnlySpan<float> packed = pack.Values[..block.Length];
        if (Version > 0 && MemoryMarshal.AsBytes(block).SequenceEqual(MemoryMarshal.AsBytes(packed))) return;
        Kernel.Pack(block, pack.Pointer);
        Version++;
    }

    /// <summary>Throws if the parameters have changed since a forward pass.</summary>
    internal void CheckVersion(long version)
    {
        if (version != Version)
            throw new InvalidOperationException(
                "The parameters of a network changed between its forward and its backward pass.");
    }

    /// <summary>Calls <paramref name="body"/> for every block of rows.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="passes">
    /// The cost of the work in forward passes, roughly; decides whether threads are worth waking.
    /// </param>
    /// <param name="body">Receives a block and the part that it belongs to.</param>
    internal void ForBlocks(int rows, int passes, Action<RowBlock, Part> body)
    {
        int block = rows >= 2 * MlpKernel.MostRows ? MlpKernel.MostRows : SmallBlock;
        int blocks = (rows + block - 1) / block, count = Math.Min(MostParts, blocks);
        void Work(int index)
        {
            var part = parts[index] ??= new Part(Kernel, index);
            for (int b = blocks * index / count; b < blocks * (index + 1) / count; b++)
                body(new RowBlock(b * block, Math.Min(block, rows - (b * block))), part);
        }
        if (workers is { Count: > 1 } && count > 1 && rows * operations * passes > WorthSharing)
        {
            workers.Run(count, Work);
            return;
        }
        for (int i = 0; i < count; i++) Work(i);
    }

    /// <summary>Adds the gradients of all parts, in order, to the gradients of the parameters.</summary>
    internal void CollectGradients()
    {
        Span<float> sum = Parameters.Gradients;
        foreach (var part in parts)
        {
            if (part is { HasGradients: true }) part.AddGradients(sum);
        }
    }

    private void Check(Tensor input)
    {
        if (input.dim() != 2 || input.size(1) != Network.Inputs
            || input.dtype != torch.ScalarType.Float32 || input.device_type != DeviceType.CPU)
        {
            throw new MbMixException(
                $"A network got an input of type {input.dtype} and shape [{string.Join(", ", input.shape)}]; "
                + $"expected Float32 [B, {Network.Inputs}] on the CPU.");
        }
    }

    /// <summary>Consecutive rows.</summary>
    internal readonly record struct RowBlock(int First, int Count);

    /// <summary>The memory of one part: scratch space and its sum of gradients.</summary>
    internal sealed class Part(MlpKernel kernel, int index) : IDisposable
    {
        private readonly NativeBuffer scratch = new(kernel.ScratchSize);
        private readonly NativeBuffer tape = new(MlpKernel.MostRows * kernel.Layout.TapeRow);
        private readonly NativeBuffer output = new(2 * MlpKernel.MostRows * kernel.Layout.Padded[^1]);
        private readonly NativeBuffer input = new(MlpKernel.MostRows * kernel.Layout.Padded[0]);
        private NativeBuffer? gradients;
        private NativeBuffer? tangents;
        private NativeBuffer? direction;

        public int Index => index;

        public bool HasGradients { get; private set; }

        /// <summary>Scratch space of the kernels' backward passes.</summary>
        public float* Scratch => scratch.Pointer;

        /// <summary>Tape of a block for a forward pass without a later backward pass.</summary>
        public float* Tape => tape.Pointer;

        /// <summary>Tangents of a block.</summary>
        public float* Tangents =>
            (tangents ??= new NativeBuffer(MlpKernel.MostRows * kernel.Layout.TangentRow)).Pointer;

        /// <summary>Direction of a block, not padded.</summary>
        public float* Direction =>
            (direction ??= new NativeBuffer(MlpKernel.MostRows * kernel.Layout.Sizes[0])).Pointer;

        /// <summary>Padded output of a block.</summary>
        public float* Output => output.Pointer;

        /// <summary>Padded cotangent of a block's output.</summary>
        public float* DOutput => output.Pointer + (output.Length / 2);

        /// <summary>Padded cotangent of a block's input.</summary>
        public float* DInput => input.Pointer;

        /// <summary>Sum of the part's parameter gradients, to add to.</summary>
        public float* Gradients
        {
            get
            {
                HasGradients = true;
                return (gradients ??= new NativeBuffer(kernel.Layout.BlockSize)).Pointer;
            }
        }

        public void AddGradients(Span<float> sum)
        {
            ParameterSet.MoveInto(sum, gradients!.Values);
            HasGradients = false;
        }

        public void Dispose()
        {
            scratch.Dispose();
            tape.Dispose();
            output.Dispose();
            input.Dispose();
            gradients?.Dispose();
            tangents?.Dispose();
            direction?.Dispose();
        }
    }
}
