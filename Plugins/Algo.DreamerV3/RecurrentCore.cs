using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The deterministic part of the world model: a recurrent unit with gates whose state h is divided into blocks. Each
/// block sees its own part of h, and all see the previous h, z and action through narrow layers.
/// </summary>
internal sealed class RecurrentCore
{
    private readonly int deter, blocks, size;
    private readonly Stack fromDeter, fromLatents, fromAction;
    private readonly int hiddenWeight, hiddenBias, hiddenGain, gateWeight, gateBias;

    public RecurrentCore(ParameterList list, DreamerV3Options o, int actions)
    {
        (deter, blocks, size) = (o.Deter, o.Blocks, o.Deter / o.Blocks);
        int inner = 3 * o.Hidden, width = size + inner;
        fromDeter = new Stack(list, "core.deter", deter, 1, o.Hidden);
        fromLatents = new Stack(list, "core.latents", o.Latents * o.Classes, 1, o.Hidden);
        fromAction = new Stack(list, "core.action", actions, 1, o.Hidden);
        // the fan-in of block layers is that of all blocks together
        hiddenWeight = list.AddWeights("core.hidden.weight", (double)blocks * width, 1, blocks, width, size);
        hiddenBias = list.Add("core.hidden.bias", 0, deter);
        hiddenGain = list.Add("core.hidden.gain", 1, deter);
        gateWeight = list.AddWeights("core.gates.weight", deter, 1, blocks, size, 3 * size);
        gateBias = list.Add("core.gates.bias", 0, blocks, 1, 3 * size);
    }

    /// <summary>The input from actions, <c>[N, hidden]</c>.</summary>
    /// <param name="action">Actions of any size <c>[N, A]</c>; only their direction counts beyond 1.</param>
    /// <param name="p">The parameters of the world model.</param>
    public Tensor ActionInput(Tensor action, ReadOnlySpan<Tensor> p) =>
        fromAction.Forward(action / action.abs().clamp_min(1), p);

    /// <summary>Arranges the weights for many steps.</summary>
    /// <param name="p">The parameters of the world model.</param>
    public Weights Arrange(ReadOnlySpan<Tensor> p) => Arrange(p[hiddenWeight]);

    /// <summary>Arranges the weights of the hidden layer for many steps.</summary>
    public Weights Arrange(Tensor hidden)
    {
        int inner = (int)hidden.shape[1] - size;
        return new Weights(
            hidden.narrow(1, 0, size),
            hidden.narrow(1, size, inner).permute(0, 2, 1).reshape(deter, inner));
    }

    /// <summary>One step.</summary>
    /// <param name="weights">Arranged weights.</param>
    /// <param name="h">Deterministic state <c>[N, deter]</c>.</param>
    /// <param name="z">Stochastic state <c>[N, latents classes]</c>.</param>
    /// <param name="actionInput">What <see cref="ActionInput"/> gave for the action.</param>
    /// <param name="p">The parameters of the world model.</param>
    /// <returns>The next deterministic state <c>[N, deter]</c>.</returns>
    public Tensor Step(Weights weights, Tensor h, Tensor z, Tensor actionInput, ReadOnlySpan<Tensor> p)
    {
        var shared = torch.cat([fromDeter.Forward(h, p), fromLatents.Forward(z, p), actionInput], 1);
        var hidden = torch.nn.functional.linear(shared, weights.Shared, p[hiddenBias])
            + Join(Split(h).bmm(weights.OwnBlock));
        var gates = Split(NormSilu.Of(hidden, p[hiddenGain])).bmm(p[gateWeight]) + p[gateBias];
        return GruGate.Of(gates, h);
    }

    /// <summary>The parameters but those that take the action, in the order of <see cref="ScanWeights"/>.</summary>
    public Tensor[] Scanned(ReadOnlySpan<Tensor> p) =>
    [
        .. fromDeter.Layer(0, p), .. fromLatents.Layer(0, p), p[hiddenWeight], p[hiddenBias], p[hiddenGain],
        p[gateWeight], p[gateBias],
    ];

    /// <summary>Divides <c>[N, deter]</c> into <c>[blocks, N, size]</c>.</summary>
    public Tensor Split(Tensor x) => x.view(x.shape[0], blocks, size).transpose(0, 1);

    /// <summary>Joins <c>[blocks, N, size]</c> to <c>[N, deter]</c>.</summary>
    public Tensor Join(Tensor x) => x.transpose(0, 1).reshape(x.shape[1], deter);

    /// <summary>Weights of the hidden layer.</summary>
    /// <param name="OwnBlock">Those of each block's own part of h, <c>[blocks, size, size]</c>.</param>
    /// <param name="Shared">Those of what all blocks see, <c>[deter, 3 hidden]</c>.</param>
    internal readonly record struct Weights(Tensor OwnBlock, Tensor Shared);
}
