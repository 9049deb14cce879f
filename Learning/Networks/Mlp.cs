using System.Runtime.Intrinsics;

namespace MbMix.Learning;

/// <summary>
/// A multilayer perceptron: each hidden layer is a linear map, an activation and optionally a layer normalization; the
/// output is linear. The network is a pure function of input and parameters. Parameters live in a
/// <see cref="ParameterSet"/>, so the same network runs on trainable, frozen or target parameters.
/// </summary>
public sealed class Mlp
{
    /// <summary>Largest number of weights, biases not counted.</summary>
    internal const int MaximumWeights = 1 << 28;

    private readonly int[] sizes;
    private readonly bool layerNorm;
    private readonly long[][] normShapes;

    /// <summary>Describes the network.</summary>
    /// <param name="inputs">Number of input components.</param>
    /// <param name="hidden">Width of each hidden layer; may be empty.</param>
    /// <param name="outputs">Number of output components.</param>
    /// <param name="activation">Nonlinearity of the hidden layers.</param>
    /// <param name="layerNorm">Whether a layer normalization with gain and offset follows each activation.</param>
    public Mlp(int inputs, IReadOnlyList<int> hidden, int outputs, Activation activation, bool layerNorm)
    {
        sizes = [inputs, .. hidden, outputs];
        if (sizes.Any(s => s < 1))
            throw new MbMixException($"Layer sizes are {string.Join(", ", sizes)}: every one must be at least 1.");
        double weights = CountWeights(sizes);
        if (weights > MaximumWeights)
            throw new MbMixException(FormattableString.Invariant(
                $"A network has {weights:N0} weights; at most {MaximumWeights:N0} are supported. Use smaller layers."));
        Activation = activation;
        this.layerNorm = layerNorm;
        normShapes = [.. hidden.Select(h => new long[] { h })];
    }

    /// <summary>Counts the weights of a network with these sizes, biases not counted.</summary>
    internal static double CountWeights(IReadOnlyList<int> sizes) =>
        sizes.Zip(sizes.Skip(1), (rows, columns) => (double)rows * columns).Sum();

    /// <summary>Number of input components.</summary>
    public int Inputs => sizes[0];

    /// <summary>Number of output components.</summary>
    public int Outputs => sizes[^1];

    /// <summary>Inputs, widths of the hidden layers, outputs.</summary>
    internal IReadOnlyList<int> Sizes => sizes;

    /// <summary>Whether a layer normalization follows each activation.</summary>
    internal bool LayerNorm => layerNorm;

    /// <summary>Nonlinearity of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>Number of parameter tensors that the network takes, in the order of <see cref="Parameters"/>.</summary>
    public int ParameterCount => (sizes.Length - 1) * 2 + (layerNorm ? normShapes.Length * 2 : 0);

    /// <summary>Names and shapes of the parameters, in the order in which <see cref="Forward"/> takes them.</summary>
    /// <param name="prefix">Text to put before each name.</param>
    public IEnumerable<ParameterShape> Parameters(string prefix = "")
    {
        for (int layer = 0; layer < sizes.Length - 1; layer++)
        {
            yield return new ParameterShape($"{prefix}{layer}.weight", sizes[layer + 1], sizes[layer]);
            yield return new ParameterShape($"{prefix}{layer}.bias", sizes[layer + 1]);
            if (layerNorm && layer < sizes.Length - 2)
            {
                yield return new ParameterShape($"{prefix}{layer}.norm.weight", sizes[layer + 1]);
                yield return new ParameterShape($"{prefix}{layer}.norm.bias", sizes[layer + 1]);
            }
        }
    }

    /// <summary>Sets the parameters to their initial values.</summary>
    /// <param name="parameters">A set that begins with this network's parameters.</param>
    /// <param name="initialization">How to initialize.</param>
    /// <param name="random">Source of the random numbers; draw i fills parameter i.</param>
    public void Initialize(ParameterSet parameters, Initialization initialization, CounterRandom random)
    {
        int p = 0;
        for (int layer = 0; layer < sizes.Length - 1; layer++)
        {
            Span<float> weight = parameters[p], bias = parameters[p + 1];
            int rows = sizes[layer + 1], columns = sizes[layer];
            if (initialization == Initialization.Orthogonal)
            {
                Orthogonal.Fill(weight, rows, columns, Math.Sqrt(2), random, p);
                bias.Clear();
            }
            else
            {
                float bound = 1f / MathF.Sqrt(columns);
                UniformWithin(weight, bound, random, p);
                UniformWithin(bias, bound, random, p + 1);
            }
            p += 2;
            if (layerNorm && layer < sizes.Length - 2)
            {
                parameters[p].Fill(1f);
                parameters[p + 1].Clear();
                p += 2;
            }
        }
    }

    /// <summary>
    /// Runs the network as torch operations, which can be differentiated any number of times. <see cref="BoundMlp"/> is
    /// several times faster but can be differentiated only once.
    /// </summary>
    /// <param name="input">Input <c>[B, Inputs]</c>.</param>
    /// <param name="parameters">Parameters in the order of <see cref="Parameters"/>; more may follow.</param>
    /// <returns>Output <c>[B, Outputs]</c>; intermediates stay in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        var x = input;
        int p = 0;
        for (int layer = 0; layer < sizes.Length - 2; layer++)
        {
            x = Activate(Activation, torch.nn.functional.linear(x, parameters[p], parameters[p + 1]));
            p += 2;
            if (layerNorm)
            {
                x = torch.nn.functional.layer_norm(
                    x, normShapes[layer], parameters[p], parameters[p + 1], MlpKernel.NormEpsilon);
                p += 2;
            }
        }
        return torch.nn.functional.linear(x, parameters[p], parameters[p + 1]);
    }

    /// <summary>
    /// Runs the network on one input without tensors, for controllers that act on one observation at a time.
    /// </summary>
    /// <param name="input">Input, <see cref="Inputs"/> values.</param>
    /// <param name="output">Receives <see cref="Outputs"/> values.</param>
    /// <param name="parameters">A set that begins with this network's parameters.</param>
    public void Evaluate(ReadOnlySpan<float> input, Span<float> output, ParameterSet parameters)
    {
        int widest = sizes.Max();
        Span<float> buffers = widest <= 512 ? stackalloc float[2 * widest] : new float[2 * widest];
        Span<float> x = buffers[..widest], y = buffers[widest..];
        input.CopyTo(x);
        int p = 0;
        for (int layer = 0; layer < sizes.Length - 1; layer++)
        {
            int rows = sizes[layer + 1], columns = sizes[layer];
            ReadOnlySpan<float> weight = parameters[p], bias = parameters[p + 1];
            for (int r = 0; r < rows; r++) y[r] = bias[r] + Dot(weight.Slice(r * columns, columns), x[..columns]);
            p += 2;
            if (layer < sizes.Length - 2)
            {
                for (int r = 0; r < rows; r++) y[r] = Activate(Activation, y[r]);
                if (layerNorm)
                {
                    Normalize(y[..rows], parameters[p], parameters[p + 1]);
                    p += 2;
                }
            }
            var spent = x;
            x = y;
            y = spent;
        }
        x[..Outputs].CopyTo(output);
    }

    private static void UniformWithin(Span<float> destination, float bound, CounterRandom random, int draw)
    {
        random.Uniform(destination, draw);
        foreach (ref float v in destination) v = (2f * v - 1f) * bound;
    }

    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        // eight partial sums on every machine, whatever its vectors are
        var sum = Vector256<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            sum += Vector256.Create(a[i..]) * Vector256.Create(b[i..]);
        float total = Vector256.Sum(sum);
        for (; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    internal static void Normalize(Span<float> y, ReadOnlySpan<float> gain, ReadOnlySpan<float> offset)
    {
        float mean = 0, variance = 0;
        foreach (float v in y) mean += v;
        mean /= y.Length;
        foreach (float v in y) variance += (v - mean) * (v - mean);
        float scale = 1f / MathF.Sqrt(variance / y.Length + (float)MlpKernel.NormEpsilon);
        for (int i = 0; i < y.Length; i++) y[i] = (y[i] - mean) * scale * gain[i] + offset[i];
    }

    internal static Tensor Activate(Activation activation, Tensor x) => activation switch
    {
        Activation.Elu => torch.nn.functional.elu(x, 1.0),
        Activation.Silu => torch.nn.functional.silu(x),
        Activation.Tanh => torch.tanh(x),
        _ => torch.nn.functional.relu(x),
    };

    internal static float Activate(Activation activation, float x) => activation switch
    {
        Activation.Elu => x > 0 ? x : MathF.Exp(x) - 1f,
        Activation.Silu => x / (1f + MathF.Exp(-x)),
        Activation.Tanh => MathF.Tanh(x),
        _ => MathF.Max(x, 0f),
    };
}
