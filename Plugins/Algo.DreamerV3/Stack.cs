using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Dense layers, each followed by <see cref="NormSilu"/>, and a linear output layer if there is one. The parameters are
/// passed to each call, so that the same stack runs on trainable, frozen or slow ones.
/// </summary>
internal sealed class Stack
{
    private readonly int first, layers;
    private readonly bool output;

    /// <summary>Adds the parameters of the stack to a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Number of input components.</param>
    /// <param name="layers">Number of hidden layers, at least 1.</param>
    /// <param name="units">Width of the hidden layers.</param>
    /// <param name="outputs">Number of output components; 0 for no output layer.</param>
    /// <param name="outputScale">Factor of the output layer's initial weights.</param>
    public Stack(
        ParameterList list, string name, int inputs, int layers, int units, int outputs = 0, double outputScale = 1)
    {
        (this.layers, output) = (layers, outputs > 0);
        first = list.Count;
        for (int layer = 0; layer < layers; layer++)
        {
            list.AddWeights($"{name}.{layer}.weight", inputs, 1, units, inputs);
            list.Add($"{name}.{layer}.bias", 0, units);
            list.Add($"{name}.{layer}.gain", 1, units);
            inputs = units;
        }
        if (!output) return;
        list.AddWeights($"{name}.output.weight", inputs, outputScale, outputs, inputs);
        list.Add($"{name}.output.bias", 0, outputs);
    }

    /// <summary>Runs the stack.</summary>
    /// <param name="x">Input <c>[N, inputs]</c>.</param>
    /// <param name="p">The parameters of the whole list.</param>
    public Tensor Forward(Tensor x, ReadOnlySpan<Tensor> p) =>
        Continue(torch.nn.functional.linear(x, p[first], p[first + 1]), p);

    /// <summary>The linear part of the first layer, of some of its inputs, without the bias.</summary>
    /// <param name="x">Inputs <c>[N, count]</c>.</param>
    /// <param name="from">Index of the first of these inputs.</param>
    /// <param name="p">The parameters of the whole list.</param>
    public Tensor Part(Tensor x, int from, ReadOnlySpan<Tensor> p) =>
        torch.nn.functional.linear(x, p[first].narrow(1, from, x.shape[1]));

    /// <summary>Weight, bias and gain of a hidden layer.</summary>
    public Tensor[] Layer(int layer, ReadOnlySpan<Tensor> p) => p.Slice(first + (3 * layer), 3).ToArray();

    /// <summary>Weight and bias of the output layer.</summary>
    public Tensor[] Output(ReadOnlySpan<Tensor> p) => p.Slice(first + (3 * layers), 2).ToArray();

    /// <summary>Adds the bias of the first layer.</summary>
    public Tensor AddBias(Tensor x, ReadOnlySpan<Tensor> p) => x + p[first + 1];

    /// <summary>Runs what comes after the linear part of the first layer.</summary>
    /// <param name="x">The linear part of the first layer, with its bias.</param>
    /// <param name="p">The parameters of the whole list.</param>
    public Tensor Continue(Tensor x, ReadOnlySpan<Tensor> p)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            int at = first + (3 * layer);
            if (layer > 0) x = torch.nn.functional.linear(x, p[at], p[at + 1]);
            x = NormSilu.Of(x, p[at + 2]);
        }
        int end = first + (3 * layers);
        return output ? torch.nn.functional.linear(x, p[end], p[end + 1]) : x;
    }
}
