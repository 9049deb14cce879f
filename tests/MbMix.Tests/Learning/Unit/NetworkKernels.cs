using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>
/// The SIMD kernels compared with the same network as torch operations, for every vector width and for shapes that fill
/// no vector.
/// </summary>
public sealed unsafe class NetworkKernels
{
    public static TheoryData<int, int[], int, int, Activation, bool> Shapes => new()
    {
        { 37, [128, 64, 32], 8, 64, Activation.Elu, true },
        { 37, [64, 64], 1, 512, Activation.Elu, true },
        { 1, [1], 1, 1, Activation.Elu, false },
        { 2, [3], 1, 2, Activation.Elu, true },
        { 3, [5, 7], 2, 9, Activation.Elu, true },
        { 17, [33, 20], 19, 131, Activation.Tanh, true },
        { 16, [48], 16, 33, Activation.Silu, true },
        { 5, [31, 9], 3, 65, Activation.Silu, false },
        { 40, [21], 4, 100, Activation.Relu, false },
        { 7, [16, 16], 5, 31, Activation.Tanh, false },
        { 6, [], 4, 12, Activation.Elu, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_torch(int inputs, int[] hidden, int outputs, int rows, Activation activation, bool norm)
    {
        foreach (int bits in new[] { 128, 256, 512 })
        {
            using var scope = NewDisposeScope();
            var network = new Mlp(inputs, hidden, outputs, activation, norm);
            using var parameters = Parameters(network);
            using var bound = new BoundMlp(network, parameters, null, bits);
            var random = new CounterRandom(1, "data");
            var x = random.NormalTensor(0, rows, inputs).requires_grad_(true);
            var cotangent = random.NormalTensor(1, rows, outputs);

            var expected = network.Forward(x, parameters.Trainable);
            Backward.Run((expected * cotangent).sum());
            var (ofInput, ofParameters) = (x.grad!.clone(), parameters.Gradients.ToArray());
            x.grad!.zero_();
            parameters.ZeroGradients();

            var actual = bound.Forward(x, train: true);
            Backward.Run((actual * cotangent).sum());
            AssertClose(expected, actual, $"{bits} bits: values");
            AssertClose(ofInput, x.grad!, $"{bits} bits: gradient of the input");
            using var block = TensorSpans.From(ofParameters, ofParameters.Length);
            using var sums = TensorSpans.From(parameters.Gradients, ofParameters.Length);
            AssertClose(block, sums, $"{bits} bits: gradients of the parameters");

            parameters.ZeroGradients();
            x.grad!.zero_();
            Backward.Run((bound.Forward(x, train: false) * cotangent).sum());
            AssertClose(ofInput, x.grad!, $"{bits} bits: gradient through frozen parameters");
            Assert.All(parameters.Gradients.ToArray(), g => Assert.Equal(0f, g));
            Assert.False(bound.Forward(x.detach(), train: false).requires_grad);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_with_the_Jacobian_are_trained_as_by_torch(int inputs, int[] hidden, int outputs, int rows, Activation activation, bool norm)
    {
        foreach (int bits in new[] { 128, 256, 512 })
        {
            using var scope = NewDisposeScope();
            var network = new Mlp(inputs, hidden, outputs, activation, norm);
            using var parameters = Parameters(network);
            using var bound = new BoundMlp(network, parameters, null, bits);
            var random = new CounterRandom(1, "data");
            var x = random.NormalTensor(0, rows, inputs).requires_grad_(true);
            Tensor value = random.NormalTensor(1, rows, outputs), direction = random.NormalTensor(2, rows, inputs), factor = random.NormalTensor(3, rows, outputs);

            // cotangents that depend on the output, as those of a nonlinear function after it do
            Tensor Loss(Tensor y, Func<Tensor, Tensor> pullback) => (y * value).sum() + (pullback(y * factor) * direction).sum();
            var expected = network.Forward(x, parameters.Trainable);
            Tensor? product = null;
            var loss = Loss(expected, c => product = autograd.grad([expected], [x], [c], retain_graph: true, create_graph: true)[0]);
            autograd.backward([loss], inputs: [.. parameters.Trainable.ToArray()]);
            float[] ofParameters = parameters.Gradients.ToArray();
            parameters.ZeroGradients();

            var pass = bound.Record(x);
            Tensor? ours = null;
            Backward.Run(Loss(pass.Output, c => ours = pass.Pullback(c)));
            AssertClose(expected, pass.Output, $"{bits} bits: values");
            AssertClose(product!, ours!, $"{bits} bits: products");
            using var block = TensorSpans.From(ofParameters, ofParameters.Length);
            using var sums = TensorSpans.From(parameters.Gradients, ofParameters.Length);
            AssertClose(block, sums, $"{bits} bits: gradients of the parameters");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_in_one_pass_are_those_of_the_graph(int inputs, int[] hidden, int outputs, int rows, Activation activation, bool norm)
    {
        foreach (int bits in new[] { 128, 256, 512 })
        {
            using var scope = NewDisposeScope();
            var network = new Mlp(inputs, hidden, outputs, activation, norm);
            using var parameters = Parameters(network);
            using var bound = new BoundMlp(network, parameters, null, bits);
            var random = new CounterRandom(1, "data");
            var x = random.NormalTensor(0, rows, inputs);
            var dOutput = random.NormalTensor(1, rows, outputs);
            // the second product of a part of the rows
            (Tensor Cotangents, Tensor DProducts)[] products = [.. new[] { rows, (rows + 1) / 2 }.Select(
                n => (random.NormalTensor(2, n, outputs), random.NormalTensor(3, n, inputs)))];
            foreach (int count in new[] { 0, 1, 2 })
            {
                parameters.ZeroGradients();
                var pass = bound.Record(x);
                var loss = (pass.Output * dOutput).sum();
                foreach (var (c, d) in products[..count]) loss += (pass.Pullback(c) * d).sum();
                Backward.Run(loss);
                using var expected = TensorSpans.From(parameters.Gradients, parameters.Gradients.Length);
                parameters.ZeroGradients();
                bound.Record(x).AddGradients(dOutput, products[..count]);
                using var actual = TensorSpans.From(parameters.Gradients, parameters.Gradients.Length);
                AssertClose(expected, actual, $"{bits} bits, {count} products");
            }
        }
    }

    [Fact]
    public void Padding_between_parameters_stays_zero()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(3, [5, 7], 2, Activation.Elu, true);
        using var parameters = Parameters(network);
        using var bound = new BoundMlp(network, parameters);
        Backward.Run(bound.Forward(new CounterRandom(1, "data").NormalTensor(0, 200, 3), train: true).square().sum());
        var inside = new bool[parameters.Gradients.Length];
        for (int p = 0; p < parameters.Count; p++) Array.Fill(inside, true, parameters.OffsetOf(p), parameters.Shapes[p].Size);
        float[] gradients = parameters.Gradients.ToArray();
        Assert.Contains(gradients, g => g != 0);
        for (int i = 0; i < inside.Length; i++) Assert.True(inside[i] || gradients[i] == 0, $"padding {i} received {gradients[i]}");
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_workers()
    {
        using var two = new HostSharedWorkers(2);
        var (one, shared) = (Run(null), Run(two));
        Assert.Equal(one.Values, shared.Values);
        Assert.Equal(one.Gradients, shared.Gradients);
        Assert.True(two.Runs >= 2, $"only {two.Runs} passes were shared");

        static (float[] Values, float[] Gradients) Run(IWorkers? workers)
        {
            using var scope = NewDisposeScope();
            var network = new Mlp(37, [128, 64], 8, Activation.Elu, true);
            using var parameters = Parameters(network);
            using var bound = new BoundMlp(network, parameters, workers);
            var y = bound.Forward(new CounterRandom(1, "data").NormalTensor(0, 611, 37), train: true);
            Backward.Run(y.square().sum());
            return (y.Values<float>().ToArray(), parameters.Gradients.ToArray());
        }
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_row()
    {
        using var scope = NewDisposeScope();
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var network = new Mlp(4, [20], 3, activation, true);
            using var parameters = Parameters(network);
            using var bound = new BoundMlp(network, parameters);
            var x = new CounterRandom(1, "data").NormalTensor(0, 40, 4);
            float[] before = bound.Forward(x, train: false).Values<float>().ToArray();
            x.Values<float>()[(7 * 4) + 2] = float.NaN;
            float[] after = bound.Forward(x, train: false).Values<float>().ToArray();
            for (int i = 0; i < after.Length; i++)
            {
                if (i / 3 == 7) Assert.True(float.IsNaN(after[i]), $"{activation}: {after[i]}");
                else Assert.Equal(before[i], after[i]);
            }
        }
    }

    [Fact]
    public void Parameters_that_change_before_the_backward_pass_are_noticed()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(2, [4], 1, Activation.Elu, true);
        using var parameters = Parameters(network);
        using var bound = new BoundMlp(network, parameters);
        var x = ones(3, 2);
        var y = bound.Forward(x, train: true);
        parameters[0][0] += 1;
        bound.Forward(x, train: true);
        Assert.Contains("changed between", Assert.Throws<InvalidOperationException>(() => Backward.Run(y.sum())).Message);
    }

    [Fact]
    public void Wrong_inputs_are_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(2, [4], 1, Activation.Elu, true);
        using var parameters = Parameters(network);
        using var bound = new BoundMlp(network, parameters);
        Assert.Contains("expected Float32 [B, 2]", Assert.Throws<MbMixException>(() => bound.Forward(ones(3, 4), train: false)).Message);
        Assert.Contains("Float64", Assert.Throws<MbMixException>(() => bound.Forward(ones(3, 2, dtype: float64), train: false)).Message);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Elementary_functions_are_accurate(int bits)
    {
        var x = new float[4096];
        for (int i = 0; i < x.Length; i++) x[i] = (i - 2048) / 64f * (i % 3 == 0 ? 1e-3f : 1f);
        var (expm1, tanh, logistic) = bits switch { 512 => Evaluate<Wide512>(x), 256 => Evaluate<Wide256>(x), _ => Evaluate<Wide128>(x) };
        for (int i = 0; i < x.Length; i++)
        {
            double d = x[i];
            AssertNear(Expm1(d), expm1[i], 3e-7);
            AssertNear(Math.Tanh(d), tanh[i], 5e-7);
            AssertNear(1 / (1 + Math.Exp(-d)), logistic[i], 5e-7);
        }

        static double Expm1(double d) => Math.Abs(d) < 1e-3 ? d * (1 + (d / 2 * (1 + (d / 3)))) : Math.Exp(d) - 1;
        static void AssertNear(double expected, float actual, double relative) =>
            Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(7, 13)]
    [InlineData(64, 37)]
    public void A_transpose_is_one(int rows, int columns)
    {
        var source = new float[rows * columns];
        for (int i = 0; i < source.Length; i++) source[i] = i;
        var transposed = new float[columns * (rows + 3)];
        fixed (float* from = source, to = transposed) Transpose.Run(rows, columns, from, columns, to, rows + 3);
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) Assert.Equal(source[(r * columns) + c], transposed[(c * (rows + 3)) + r]);
        }
    }

    private static (float[] Expm1, float[] Tanh, float[] Logistic) Evaluate<W>(float[] x)
        where W : unmanaged, IWide<W>
    {
        var (a, b, c) = (new float[x.Length], new float[x.Length], new float[x.Length]);
        fixed (float* from = x, e = a, t = b, l = c)
        {
            for (int i = 0; i < x.Length; i += W.Count)
            {
                W v = W.Load(from + i);
                W.Store(WideMath.Expm1(v), e + i);
                W.Store(WideMath.Tanh(v), t + i);
                W.Store(WideMath.Logistic(v), l + i);
            }
        }
        return (a, b, c);
    }

    private static ParameterSet Parameters(Mlp network)
    {
        var parameters = new ParameterSet(network.Parameters());
        var random = new CounterRandom(1, "weights");
        for (int p = 0; p < parameters.Count; p++)
        {
            random.Normal(parameters[p], p);
            float scale = 1 / MathF.Sqrt(parameters.Shapes[p].Shape.Length == 2 ? parameters.Shapes[p].Shape[1] : 1);
            foreach (ref float v in parameters[p]) v *= scale;
        }
        return parameters;
    }

    // sums of many float32 terms in another order: errors scale with the largest entry
    private static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        float size = expected.abs().max().item<float>(), error = (expected - actual).abs().max().item<float>();
        Assert.True(error <= 2e-5f * Math.Max(size, 1e-3f), $"{what}: off by {error}, the largest entry is {size}");
    }
}
