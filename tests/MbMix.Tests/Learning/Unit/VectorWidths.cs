using System.Runtime.Intrinsics;
using MbMix.Learning;
using MbMix.Numerics;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>Networks give the same bits on vectors of 128, 256 and 512 bits, with and without an instruction for <c>a b + c</c>.</summary>
public sealed unsafe class VectorWidths
{
    [Theory]
    [MemberData(nameof(NetworkKernels.Shapes), MemberType = typeof(NetworkKernels))]
    public void Networks_have_the_same_bits_at_every_width(int inputs, int[] hidden, int outputs, int rows, Activation activation, bool norm)
    {
        var narrow = Run(128);
        Assert.Contains(narrow, v => v != 0);
        Assert.Equal(narrow, Run(256));
        Assert.Equal(narrow, Run(512));

        float[] Run(int bits)
        {
            using var scope = NewDisposeScope();
            var network = new Mlp(inputs, hidden, outputs, activation, norm);
            using var parameters = new ParameterSet(network.Parameters());
            for (int p = 0; p < parameters.Count; p++)
            {
                new CounterRandom(2, "weights").Normal(parameters[p], p);
                foreach (ref float v in parameters[p]) v *= 0.3f;
            }
            using var bound = new BoundMlp(network, parameters, null, bits);
            var random = new CounterRandom(1, "data");
            var x = random.NormalTensor(0, rows, inputs).requires_grad_(true);
            Tensor value = random.NormalTensor(1, rows, outputs), direction = random.NormalTensor(2, rows, inputs);
            Backward.Run((bound.Forward(x, train: true) * value).sum());
            float[] gradients = [.. x.grad!.Values<float>(), .. parameters.Gradients];

            // values, their pullback, and the gradient of both
            var pass = bound.Record(x);
            var product = pass.Pullback(pass.Output * value);
            Backward.Run((pass.Output * value).sum() + (product * direction).sum());
            return [.. gradients, .. pass.Output.Values<float>(), .. product.Values<float>(), .. parameters.Gradients];
        }
    }

    [Fact]
    public void Entries_of_a_vector_are_added_up_pairwise_at_every_width()
    {
        var random = new CounterRandom(3, "entries");
        float[] x = new float[16], parts = new float[4];
        for (int round = 0; round < 200; round++)
        {
            random.Normal(x, round);
            for (int i = 0; i < x.Length; i++) x[i] *= MathF.Exp(8 * x[(i + 5) % 16]);
            float four(int i) => (x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]);
            float expected = (four(0) + four(4)) + (four(8) + four(12));
            fixed (float* p = x)
            {
                Assert.Equal(expected, Total<Wide128>(p));
                Assert.Equal(expected, Total<Wide256>(p));
                Assert.Equal(expected, Total<Wide512>(p));
            }
        }

        float Total<W>(float* values)
            where W : unmanaged, IWide<W>
        {
            for (int part = 0; part < RowSum<W>.Parts; part++) parts[part] = W.Sum(W.Load(values + (part * W.Count)));
            fixed (float* p = parts) return RowSum<W>.Total(p);
        }
    }

    [Fact]
    public void Without_an_instruction_a_fused_product_has_the_same_bits()
    {
        float[] special =
        [
            0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.1754944e-38f, float.MaxValue, float.MinValue, float.PositiveInfinity,
            float.NegativeInfinity, float.NaN, 1.0000001f, 0.99999994f, 16777216f, 3.4e38f, 1e-45f,
        ];
        foreach (float a in special)
        {
            foreach (float b in special)
            {
                foreach (float c in special) Check(a, b, c);
            }
        }
        var random = new Random(4);
        for (int i = 0; i < 300_000; i++)
        {
            float a = Any(), b = Any();
            Check(a, b, Any());
            // near the product, and far below it: where a second rounding would show
            Check(a, b, -a * b);
            Check(a, b, a * b * MathF.ScaleB(1 + (float)random.NextDouble(), -random.Next(20, 60)));
            Check((1 + (random.Next(1 << 12) / 4096f)) * 2, 1 + (random.Next(1 << 12) / 4096f), MathF.ScaleB(random.Next(2) == 0 ? 1 : -1, -random.Next(20, 50)));
        }

        float Any() => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));

        static void Check(float a, float b, float c)
        {
            float expected = MathF.FusedMultiplyAdd(a, b, c);
            float actual = FusedMultiplyAdd.ThroughDoubles(Vector128.Create(a), Vector128.Create(b), Vector128.Create(c))[2];
            bool same = BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual) || (float.IsNaN(expected) && float.IsNaN(actual));
            Assert.True(same, FormattableString.Invariant($"{a:R} * {b:R} + {c:R}: expected {expected:R}, got {actual:R}"));
        }
    }

    [Fact]
    public void The_norm_of_a_gradient_has_four_partial_sums_on_every_machine()
    {
        using var parameters = new ParameterSet([new("w", 7, 9), new("b", 3)]);
        for (int p = 0; p < parameters.Count; p++) new CounterRandom(5, "gradient").Normal(parameters.Gradient(p), p);
        var sums = new double[4];
        for (int i = 0; i < parameters.Gradients.Length; i += 8)
        {
            for (int k = 0; k < 4; k++)
            {
                double low = parameters.Gradients[i + k], high = parameters.Gradients[i + 4 + k];
                sums[k] += (low * low) + (high * high);
            }
        }
        double expected = Math.Sqrt((sums[0] + sums[1]) + (sums[2] + sums[3]));
        Assert.Equal(expected, new Adam(parameters).Step(1e-3).GradientNorm);
    }
}
