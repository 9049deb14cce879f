using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The gates of the recurrent core as one autograd node: r = sigmoid(reset), c = tanh(r candidate),
/// u = sigmoid(update - 1), h' = u c + (1 - u) h.
/// </summary>
internal sealed class GruGate : CustomFunction
{
    /// <summary>Applies the gates.</summary>
    /// <param name="gates">Reset, candidate and update of each block, <c>[blocks, N, 3 size]</c>.</param>
    /// <param name="h">Deterministic state <c>[N, blocks size]</c>.</param>
    /// <returns>The next deterministic state <c>[N, blocks size]</c>.</returns>
    public static Tensor Of(Tensor gates, Tensor h) => new GruGate().Apply(gates, h)[0];

    /// <summary>The gradients of gates and state.</summary>
    /// <param name="gates">Reset, candidate and update of each block, <c>[blocks, N, 3 size]</c>.</param>
    /// <param name="h">Deterministic state <c>[N, blocks size]</c>.</param>
    /// <param name="dNext">Gradient of the next state.</param>
    public static (Tensor Gates, Tensor H) Pullback(Tensor gates, Tensor h, Tensor dNext)
    {
        Tensor dGates = torch.empty_like(gates), dh = torch.empty_like(h);
        int rows = (int)h.shape[0], blocks = (int)gates.shape[0], size = (int)gates.shape[2] / 3;
        ReadOnlySpan<float> q = gates.Values<float>(), from = h.Values<float>(), d = dNext.Values<float>();
        Span<float> dq = dGates.Values<float>(), to = dh.Values<float>();
        for (int block = 0; block < blocks; block++)
        {
            for (int row = 0; row < rows; row++)
            {
                int at = ((row * blocks) + block) * size, gate = ((block * rows) + row) * 3 * size;
                Pullback(
                    q.Slice(gate, 3 * size), from.Slice(at, size), d.Slice(at, size), dq.Slice(gate, 3 * size),
                    to.Slice(at, size));
            }
        }
        return (dGates, dh);
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        Tensor gates = inputs[0].detach().contiguous(), h = inputs[1].detach().contiguous();
        var next = torch.empty_like(h);
        int rows = (int)h.shape[0], blocks = (int)gates.shape[0], size = (int)gates.shape[2] / 3;
        ReadOnlySpan<float> q = gates.Values<float>(), from = h.Values<float>();
        Span<float> to = next.Values<float>();
        for (int block = 0; block < blocks; block++)
        {
            for (int row = 0; row < rows; row++)
            {
                int at = ((row * blocks) + block) * size;
                Move(q.Slice(((block * rows) + row) * 3 * size, 3 * size), from.Slice(at, size), to.Slice(at, size));
            }
        }
        if (keep) Keep(gates, h);
        return [next];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var (dGates, dh) = Pullback(kept[0], kept[1], gradients[0]!);
        return [dGates, dh];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(ReadOnlySpan<float> gates, ReadOnlySpan<float> h, Span<float> next)
    {
        int n = h.Length, i = 0;
        ReadOnlySpan<float> reset = gates[..n], candidate = gates.Slice(n, n), update = gates[(2 * n)..];
        for (; i <= n - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var r = Sigmoid(Vector256.Create(reset[i..]));
            var c = Tanh(r * Vector256.Create(candidate[i..]));
            var u = Sigmoid(Vector256.Create(update[i..]) - Vector256<float>.One);
            var before = Vector256.Create(h[i..]);
            (u * c + (Vector256<float>.One - u) * before).CopyTo(next[i..]);
        }
        for (; i < n; i++)
        {
            float c = MathF.Tanh(Sigmoid(reset[i]) * candidate[i]), u = Sigmoid(update[i] - 1);
            next[i] = (u * c) + ((1 - u) * h[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pullback(
        ReadOnlySpan<float> gates, ReadOnlySpan<float> h, ReadOnlySpan<float> dNext, Span<float> dGates,
        Span<float> dh)
    {
        int n = h.Length, i = 0;
        ReadOnlySpan<float> reset = gates[..n], candidate = gates.Slice(n, n), update = gates[(2 * n)..];
        Span<float> dReset = dGates[..n], dCandidate = dGates.Slice(n, n), dUpdate = dGates[(2 * n)..];
        var one = Vector256<float>.One;
        for (; i <= n - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> r = Sigmoid(Vector256.Create(reset[i..])), raw = Vector256.Create(candidate[i..]);
            Vector256<float> c = Tanh(r * raw), u = Sigmoid(Vector256.Create(update[i..]) - one);
            var d = Vector256.Create(dNext[i..]);
            var da = d * u * (one - c * c);
            (d * (c - Vector256.Create(h[i..])) * u * (one - u)).CopyTo(dUpdate[i..]);
            (da * r).CopyTo(dCandidate[i..]);
            (da * raw * r * (one - r)).CopyTo(dReset[i..]);
            (d * (one - u)).CopyTo(dh[i..]);
        }
        for (; i < n; i++)
        {
            float r = Sigmoid(reset[i]), c = MathF.Tanh(r * candidate[i]), u = Sigmoid(update[i] - 1), d = dNext[i];
            float da = d * u * (1 - (c * c));
            dUpdate[i] = d * (c - h[i]) * u * (1 - u);
            dCandidate[i] = da * r;
            dReset[i] = da * candidate[i] * r * (1 - r);
            dh[i] = d * (1 - u);
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static Vector256<float> Sigmoid(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Exponential.Of(-x));

    private static Vector256<float> Tanh(Vector256<float> x) =>
        Vector256<float>.One - Vector256.Create(2f) / (Exponential.Of(x + x) + Vector256<float>.One);
}
