using System.Numerics;

namespace MbMix.Learning;

/// <summary>
/// An ordered list of named parameters in one block of memory and their gradients in another, so that optimizer,
/// gradient clipping, target update and checkpoint are single passes over a span. The tensors are views of the blocks.
/// </summary>
/// <remarks>
/// Values are float32 on the CPU. Each parameter starts on a 64-byte boundary; the padding in between stays zero.
/// </remarks>
public sealed class ParameterSet : ICheckpointed, IDisposable
{
    private const int Alignment = 16;
    private readonly ParameterShape[] shapes;
    private readonly int[] offsets;
    private readonly Tensor values;
    private readonly Tensor gradients;
    private readonly Tensor[] trainable;
    private readonly Tensor[] frozen;
    private readonly Tensor[] gradientViews;

    /// <summary>Makes parameters with value zero.</summary>
    /// <param name="shapes">Names and shapes, in order.</param>
    public ParameterSet(IEnumerable<ParameterShape> shapes)
    {
        this.shapes = [.. shapes];
        offsets = new int[this.shapes.Length];
        int size = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = size;
            size += (this.shapes[i].Size + Alignment - 1) / Alignment * Alignment;
        }
        using var noGrad = torch.no_grad();
        values = torch.zeros(size).DetachFromDisposeScope();
        gradients = torch.zeros(size).DetachFromDisposeScope();
        frozen = [.. this.shapes.Select((s, i) => View(values, i, s))];
        gradientViews = [.. this.shapes.Select((s, i) => View(gradients, i, s))];
        trainable = new Tensor[offsets.Length];
        for (int i = 0; i < trainable.Length; i++)
        {
            trainable[i] = frozen[i].detach().requires_grad_(true).DetachFromDisposeScope();
            // torch adds to an existing gradient in place, so all gradients stay in the one block
            trainable[i].grad = gradientViews[i];
        }
    }

    /// <summary>Number of parameters.</summary>
    public int Count => shapes.Length;

    /// <summary>Names and shapes, in order.</summary>
    public IReadOnlyList<ParameterShape> Shapes => shapes;

    /// <summary>The parameters as leaves of the graph; <c>backward()</c> adds to <see cref="Gradients"/>.</summary>
    public ReadOnlySpan<Tensor> Trainable => trainable;

    /// <summary>The same memory as constants of the graph: always current, but without gradients.</summary>
    public ReadOnlySpan<Tensor> Frozen => frozen;

    /// <summary>The whole block of values, including padding.</summary>
    public Span<float> Values => values.Values<float>();

    /// <summary>The whole block of gradients, including padding.</summary>
    public Span<float> Gradients => gradients.Values<float>();

    /// <summary>The values of one parameter.</summary>
    /// <param name="index">Index of the parameter.</param>
    public Span<float> this[int index] => Values.Slice(offsets[index], shapes[index].Size);

    /// <summary>The gradient of one parameter.</summary>
    /// <param name="index">Index of the parameter.</param>
    public Span<float> Gradient(int index) => Gradients.Slice(offsets[index], shapes[index].Size);

    /// <summary>Index in <see cref="Values"/> at which a parameter begins.</summary>
    internal int OffsetOf(int index) => offsets[index];

    /// <summary>Finds the index of a parameter.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <exception cref="MbMixException">There is no such parameter.</exception>
    public int IndexOf(string name)
    {
        int index = Array.FindIndex(shapes, s => s.Name == name);
        if (index < 0)
        {
            throw new MbMixException(
                $"There is no parameter '{name}'; there are {string.Join(", ", shapes.Select(s => s.Name))}.");
        }
        return index;
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients() => Gradients.Clear();

    /// <summary>Copies the values of a set with the same shapes.</summary>
    /// <param name="source">The set to copy from.</param>
    public void CopyFrom(ParameterSet source) => source.Values.CopyTo(Values);

    /// <summary>Soft update of a target network: <c>own = keep * own + (1 - keep) * source</c>.</summary>
    /// <param name="source">A set with the same shapes.</param>
    /// <param name="keep">Share of the own values that is kept, 0 to 1.</param>
    public void MoveToward(ParameterSet source, double keep)
    {
        Span<float> own = Values;
        ReadOnlySpan<float> other = source.Values;
        float a = (float)keep, b = (float)(1 - keep);
        int i = 0;
        for (; i <= own.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(own[i..]) * a + new Vector<float>(other[i..]) * b).CopyTo(own[i..]);
        for (; i < own.Length; i++) own[i] = own[i] * a + other[i] * b;
    }

    /// <summary>Adds a block to another one of the same length and clears it.</summary>
    internal static void MoveInto(Span<float> sum, Span<float> block)
    {
        int i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(block[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++) sum[i] += block[i];
        block.Clear();
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        for (int i = 0; i < shapes.Length; i++) writer.Write(shapes[i].Name, frozen[i]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        for (int i = 0; i < shapes.Length; i++) reader.ReadInto(shapes[i].Name, frozen[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in trainable) tensor.Dispose();
        foreach (var tensor in frozen) tensor.Dispose();
        foreach (var tensor in gradientViews) tensor.Dispose();
        values.Dispose();
        gradients.Dispose();
    }

    private Tensor View(Tensor block, int index, ParameterShape shape)
    {
        using var part = block.narrow(0, offsets[index], shape.Size);
        return part.view(shape.Shape).DetachFromDisposeScope();
    }
}
