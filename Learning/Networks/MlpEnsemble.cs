namespace MbMix.Learning;

/// <summary>
/// Several networks of one shape, each with parameters of its own, run by our SIMD kernels. Each row of a batch goes
/// through the network that it names, as one autograd node.
/// </summary>
/// <remarks>
/// The result of a row does not depend on the other rows, nor on the number of threads. After a change of a member's
/// parameters, call <see cref="Refresh"/>. Use an instance from one thread at a time, except for
/// <see cref="Descend"/> and <see cref="Evaluate"/>, which different members may run at the same time.
/// </remarks>
public sealed unsafe class MlpEnsemble : IDisposable
{
    private readonly ParameterSet[] parameters;
    private readonly NativeBuffer[] packs;
    private readonly NativeBuffer[] dense; // outputs of a block and their gradients, per member
    private readonly BoundMlp.Part[] own;
    private readonly BoundMlp.Part?[] shared;
    private readonly IWorkers? workers;
    private long version;

    /// <summary>Binds networks to their parameters.</summary>
    /// <param name="network">The shape of every network.</param>
    /// <param name="members">
    /// The parameters of each member, sets that begin with the network's; the caller keeps ownership.
    /// </param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public MlpEnsemble(Mlp network, IReadOnlyList<ParameterSet> members, IWorkers? workers = null)
    {
        (Network, this.workers) = (network, workers);
        parameters = [.. members];
        int[] offsets = [.. Enumerable.Range(0, network.ParameterCount).Select(parameters[0].OffsetOf)];
        Kernel = MlpKernel.Create(
            [.. network.Sizes], network.Activation, network.LayerNorm, offsets, parameters[0].Values.Length);
        packs = [.. parameters.Select(_ => new NativeBuffer(Kernel.Layout.PackSize))];
        dense = [.. parameters.Select(_ => new NativeBuffer(2 * MlpKernel.MostRows * network.Outputs))];
        own = [.. parameters.Select((_, k) => new BoundMlp.Part(Kernel, k))];
        shared = new BoundMlp.Part?[workers?.Count ?? 1];
        for (int k = 0; k < parameters.Length; k++) Refresh(k);
    }

    /// <summary>The gradient of a loss with respect to the outputs of consecutive rows.</summary>
    /// <param name="first">Index of the first row.</param>
    /// <param name="outputs">Outputs of the rows, <c>[rows, Outputs]</c>.</param>
    /// <param name="gradient">Receives the gradient, <c>[rows, Outputs]</c>.</param>
    public delegate void OutputGradient(int first, ReadOnlySpan<float> outputs, Span<float> gradient);

    /// <summary>The shape of every network.</summary>
    public Mlp Network { get; }

    /// <summary>Number of networks.</summary>
    public int Members => parameters.Length;

    internal MlpKernel Kernel { get; }

    /// <summary>Incremented by every <see cref="Refresh"/>.</summary>
    internal long Version => Interlocked.Read(ref version);

    /// <summary>Reads the parameters of a member again.</summary>
    /// <param name="member">Index of the member.</param>
    public void Refresh(int member)
    {
        Kernel.Pack(parameters[member].Values, packs[member].Pointer);
        Interlocked.Increment(ref version);
    }

    /// <summary>Runs each row through the network that it names; differentiable once, in the input alone.</summary>
    /// <param name="input">Input, float32 <c>[B, Inputs]</c>.</param>
    /// <param name="members">Member of each row, B of them.</param>
    /// <returns>Output <c>[B, Outputs]</c>.</returns>
    /// <exception cref="MbMixException">The input has another type or shape, or there is no such member.</exception>
    public Tensor Forward(Tensor input, ReadOnlySpan<long> members)
    {
        if (input.dim() != 2 || input.size(1) != Network.Inputs || input.size(0) != members.Length
            || input.dtype != torch.ScalarType.Float32 || input.device_type != DeviceType.CPU)
        {
            throw new MbMixException(
                $"An ensemble got an input of type {input.dtype} and shape [{string.Join(", ", input.shape)}] with "
                + $"{members.Length} members; expected Float32 [{members.Length}, {Network.Inputs}] on the CPU.");
        }
        return new MlpEnsembleFunction(this, MemberRows.Sort(members, Members)).Apply(input)[0];
    }

    /// <summary>
    /// Adds the gradient of a loss on some rows to the gradients of a member's parameters, without autograd.
    /// </summary>
    /// <param name="member">Index of the member.</param>
    /// <param name="input">Input <c>[rows, Inputs]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="gradient">Called with a few rows at a time, in order.</param>
    public void Descend(int member, ReadOnlySpan<float> input, int rows, OutputGradient gradient)
    {
        var (layout, part) = (Kernel.Layout, own[member]);
        float* pack = Packed(member);
        int size = Network.Inputs, outputs = Network.Outputs, width = layout.Padded[^1];
        float* y = dense[member].Pointer, dY = y + (MlpKernel.MostRows * outputs);
        fixed (float* from = input, dParameters = parameters[member].Gradients)
        {
            for (int first = 0; first < rows; first += MlpKernel.MostRows)
            {
                int count = Math.Min(MlpKernel.MostRows, rows - first), values = count * outputs;
                float* x = from + ((long)first * size);
                Kernel.Forward(count, x, pack, part.Output, part.Tape);
                Rows.Copy(count, outputs, part.Output, width, y, outputs);
                gradient(first, new ReadOnlySpan<float>(y, values), new Span<float>(dY, values));
                Rows.Pad(count, outputs, dY, part.DOutput, width);
                Kernel.Backward(count, x, pack, part.Tape, part.DOutput, dParameters, null, part.Scratch);
            }
        }
    }

    /// <summary>Runs one member, without autograd.</summary>
    /// <param name="member">Index of the member.</param>
    /// <param name="input">Input <c>[rows, Inputs]</c>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="output">Receives the output <c>[rows, Outputs]</c>.</param>
    public void Evaluate(int member, ReadOnlySpan<float> input, int rows, Span<float> output)
    {
        var part = own[member];
        float* pack = Packed(member);
        int size = Network.Inputs, outputs = Network.Outputs, width = Kernel.Layout.Padded[^1];
        fixed (float* from = input, to = output)
        {
            for (int first = 0; first < rows; first += MlpKernel.MostRows)
            {
                int count = Math.Min(MlpKernel.MostRows, rows - first);
                Kernel.Forward(count, from + ((long)first * size), pack, part.Output, part.Tape);
                Rows.Copy(count, outputs, part.Output, width, to + ((long)first * outputs), outputs);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in packs) buffer.Dispose();
        foreach (var buffer in dense) buffer.Dispose();
        foreach (var part in own) part.Dispose();
        foreach (var part in shared) part?.Dispose();
    }

    /// <summary>The packed parameters of a member.</summary>
    internal float* Packed(int member) => packs[member].Pointer;

    /// <summary>Calls <paramref name="body"/> for every block of rows, on as many threads as there are.</summary>
    internal void ForBlocks(MemberRows rows, Action<MemberRows.Block, BoundMlp.Part> body)
    {
        int count = Math.Min(shared.Length, rows.Blocks.Length);
        void Work(int index)
        {
            var part = shared[index] ??= new BoundMlp.Part(Kernel, index);
            for (int b = rows.Blocks.Length * index / count; b < rows.Blocks.Length * (index + 1) / count; b++)
                body(rows.Blocks[b], part);
        }
        if (workers is not null && count > 1)
        {
            workers.Run(count, Work);
            return;
        }
        for (int i = 0; i < count; i++) Work(i);
    }
}
