using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>
/// A network with its parameters, run by SIMD kernels of its own: at these sizes a libtorch operation costs as much as the layer it computes
/// (docs/decisions/0009-networks.md). It can be differentiated once, in input and parameters.
/// </summary>
/// <remarks>
/// <para>Rows are worked on in blocks and blocks in a few parts whose number depends on the rows alone; parts are shared among workers and their
/// gradients summed in order. So results do not depend on the number of threads.</para>
/// <para>Gradients of parameters go straight to <see cref="ParameterSet.Gradients"/> when a backward pass comes through, whatever leaves it was
/// asked for. Parameters must not change between a forward pass and its backward pass; that is noticed and is an error.</para>
/// <para>One thread at a time.</para>
/// </remarks>
public sealed unsafe class BoundMlp : IDisposable
{
    // more parts would serve more threads, and cost another sum of gradients each
    private const int MostParts = 4;
    private const int SmallBlock = MlpKernel.MostRows / 2;

    // multiply-adds that take about as long as waking a second thread
    private const long WorthSharing = 100_000;

    private readonly IWorkers? workers;
    private readonly NativeBuffer pack;
    private readonly Part[] parts;
    private readonly long operations;

    /// <summary>Binds a network.</summary>
    /// <param name="network">Network.</param>
    /// <param name="parameters">A set that begins with its parameters; stays the caller's.</param>
    /// <param name="workers">Threads to share rows with; null for the caller alone.</param>
    public BoundMlp(Mlp network, ParameterSet parameters, IWorkers? workers = null)
        : this(network, parameters, workers, 0)
    {
    }

    internal BoundMlp(Mlp network, ParameterSet parameters, IWorkers? workers, int bits)
    {
        (Network, Parameters, this.workers) = (network, parameters, workers);
        Kernel = MlpKernel.Create(network, parameters, bits);
        pack = new NativeBuffer(Kernel.Layout.PackSize);
        parts = new Part[MostParts];
        for (int i = 0; i < network.Sizes.Count - 1; i++) operations += (long)network.Sizes[i] * network.Sizes[i + 1];
    }

    /// <summary>The network.</summary>
    public Mlp Network { get; }

    /// <summary>The set that begins with its parameters.</summary>
    public ParameterSet Parameters { get; }

    internal MlpKernel Kernel { get; }

    /// <summary>Parameters as the kernels read them.</summary>
    internal float* Packed => pack.Pointer;

    /// <summary>Grows whenever the packed parameters change.</summary>
    internal long Version { get; private set; }

    /// <summary>The network as one autograd node.</summary>
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

    /// <summary>A trainable pass on data whose products with its Jacobian are trainable too.</summary>
    /// <param name="input">Input, float32 <c>[B, Inputs]</c>; no gradient goes to it.</param>
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

    /// <summary>Packs the parameters if they have changed.</summary>
    internal void Refresh()
    {
        ReadOnlySpan<float> block = Parameters.Values;
        // by bits: a NaN that stays is no change
        if (Version > 0 && MemoryMarshal.AsBytes(block).SequenceEqual(MemoryMarshal.AsBytes(pack.Values[..block.Length]))) return;
        Kernel.Pack(block, pack.Pointer);
        Version++;
    }

    /// <summary>Complains where parameters have changed since a forward pass.</summary>
    internal void CheckVersion(long version)
    {
        if (version != Version) throw new InvalidOperationException("The parameters of a network changed between its forward and its backward pass.");
    }

    /// <summary>Runs a body for every block of rows.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="sweeps">About how many forward passes the work is worth.</param>
    /// <param name="body">Gets a block and the part it is in.</param>
    internal void ForBlocks(int rows, int sweeps, Action<RowBlock, Part> body)
    {
        int block = rows >= 2 * MlpKernel.MostRows ? MlpKernel.MostRows : SmallBlock;
        int blocks = (rows + block - 1) / block, count = Math.Min(MostParts, blocks);
        void Work(int index)
        {
            var part = parts[index] ??= new Part(Kernel, index);
            for (int b = blocks * index / count; b < blocks * (index + 1) / count; b++)
                body(new RowBlock(b * block, Math.Min(block, rows - (b * block))), part);
        }
        if (workers is { Count: > 1 } && count > 1 && rows * operations * sweeps > WorthSharing)
        {
            workers.Run(count, Work);
            return;
        }
        for (int i = 0; i < count; i++) Work(i);
    }

    /// <summary>Adds the gradients of all parts, in order, to those of the parameters.</summary>
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
        if (input.dim() != 2 || input.size(1) != Network.Inputs || input.dtype != torch.ScalarType.Float32 || input.device_type != DeviceType.CPU)
            throw new MbMixException($"A network got an input of type {input.dtype} and shape [{string.Join(", ", input.shape)}]; expected Float32 [B, {Network.Inputs}] on the CPU.");
    }

    /// <summary>Consecutive rows.</summary>
    internal readonly record struct RowBlock(int First, int Count);

    /// <summary>Memory of one part: scratch, and sums of gradients.</summary>
    internal sealed class Part(MlpKernel kernel, int index) : IDisposable
    {
        private readonly NativeBuffer scratch = new(kernel.ScratchSize);
        private readonly NativeBuffer tape = new(MlpKernel.MostRows * kernel.Layout.TapeRow);
        private readonly NativeBuffer output = new(2 * MlpKernel.MostRows * kernel.Layout.Padded[^1]);
        private readonly NativeBuffer input = new(MlpKernel.MostRows * kernel.Layout.Padded[0]);
        private NativeBuffer? gradients;
        private NativeBuffer? tangents;

        public int Index => index;

        public bool HasGradients { get; private set; }

        /// <summary>For the backward pass.</summary>
        public float* Scratch => scratch.Pointer;

        /// <summary>For a forward pass that no later call needs.</summary>
        public float* Tape => tape.Pointer;

        /// <summary>For tangents of a block.</summary>
        public float* Tangents => (tangents ??= new NativeBuffer(MlpKernel.MostRows * kernel.Layout.TangentRow)).Pointer;

        /// <summary>For the padded output of a block.</summary>
        public float* Output => output.Pointer;

        /// <summary>For its cotangent.</summary>
        public float* OutputGradient => output.Pointer + (output.Length / 2);

        /// <summary>For the padded cotangent of the input.</summary>
        public float* InputGradient => input.Pointer;

        /// <summary>The part's sum of gradients, to add to.</summary>
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
        }
    }
}
