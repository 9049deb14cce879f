using MbMix.Numerics;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

public sealed class CustomFunctionTests
{
    [Fact]
    public void Gradients_pass_through_several_inputs_and_outputs()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 1f, 2f, 3f }).requires_grad_(true);
        var b = tensor(new[] { 4f, 5f, 6f }).requires_grad_(true);
        var outputs = new SumAndProduct().Apply(a, b);
        Backward.Run((outputs[0] * 10 + outputs[1]).sum());
        Assert.Equal([14f, 15f, 16f], a.grad!.Values<float>().ToArray());
        Assert.Equal([11f, 12f, 13f], b.grad!.Values<float>().ToArray());
    }

    [Fact]
    public void An_unused_output_arrives_as_null_and_a_null_gradient_counts_as_zero()
    {
        using var scope = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        var b = ones(2).requires_grad_(true);
        var f = new SumAndProduct();
        Backward.Run(f.Apply(a, b)[0].sum());
        Assert.False(f.SawProduct);
        Assert.Equal([1f, 1f], a.grad!.Values<float>().ToArray());
        var onlyFirst = new SumAndProduct { LeaveSecond = true };
        Backward.Run(onlyFirst.Apply(a, b)[1].sum());
        Assert.Equal([1f, 1f], b.grad!.Values<float>().ToArray());
    }

    [Fact]
    public void Nothing_is_kept_without_a_gradient()
    {
        using var scope = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        var f = new SumAndProduct();
        using (no_grad()) Assert.False(f.Apply(a, a)[0].requires_grad);
        Assert.False(f.Kept);
        Assert.False(new SumAndProduct().Apply(ones(2), ones(2))[0].requires_grad);
    }

    [Fact]
    public void An_exception_in_the_backward_pass_arrives_as_it_was_thrown()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 2).requires_grad_(true);
        var outputs = new SumAndProduct { Fail = true }.Apply(a * 2, a);
        var e = Assert.Throws<MbMixException>(() => Backward.Run(outputs[1].sum()));
        Assert.Equal("broken on purpose", e.Message);
        // the next pass is clean
        Backward.Run(new SumAndProduct().Apply(a, a)[0].sum());
    }

    [Fact]
    public void Without_the_wrapper_a_failed_pass_still_does_not_go_on_with_made_up_numbers()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 2).requires_grad_(true);
        var outputs = new SumAndProduct { Fail = true }.Apply(a, a);
        Assert.ThrowsAny<Exception>(() => outputs[1].sum().backward());
    }

    [Fact]
    public void A_wrong_number_of_gradients_is_an_exception_too()
    {
        using var scope = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        var outputs = new SumAndProduct { Short = true }.Apply(a, a);
        var e = Assert.Throws<InvalidOperationException>(() => Backward.Run(outputs[0].sum()));
        Assert.Contains("1 gradients for 2 inputs", e.Message);
    }

    [Fact]
    public void A_throwing_forward_leaves_the_graph_usable()
    {
        using var scope = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        Assert.Throws<MbMixException>(() => new SumAndProduct { FailForward = true }.Apply(a, a));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_retained_graph_allows_another_backward_pass()
    {
        using var scope = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        var product = new SumAndProduct().Apply(a * 3, a * 2)[1].sum();
        Backward.Run(product, retainGraph: true);
        Backward.Run(product);
        Assert.Equal([24f, 24f], a.grad!.Values<float>().ToArray());
    }

    [Fact]
    public void A_call_allocates_little_managed_memory()
    {
        using var outer = NewDisposeScope();
        var a = ones(2).requires_grad_(true);
        for (int i = 0; i < 50; i++) Pass();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Pass();
        long perPass = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.InRange(perPass, 1, 2048);

        void Pass()
        {
            using var scope = NewDisposeScope();
            Backward.Run(new SumAndProduct().Apply(a, a)[0].sum());
        }
    }

    [Fact]
    public void Many_iterations_leave_no_tensor_behind()
    {
        using var a = ones(8).requires_grad_(true);
        for (int i = 0; i < 5; i++) Chain();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 50; i++) Chain();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        // an output is left unused now and then
        void Chain()
        {
            using var scope = NewDisposeScope();
            var x = a;
            for (int t = 0; t < 16; t++)
            {
                var outputs = new SumAndProduct().Apply(x * 0.5, x * 0.1);
                x = t % 4 == 0 ? outputs[0] : outputs[0] + outputs[1];
            }
            Backward.Run(x.sum());
        }
    }

    private sealed class SumAndProduct : CustomFunction
    {
        private float[] a = [];
        private float[] b = [];
        private long[] shape = [];

        public bool Fail { get; init; }

        public bool FailForward { get; init; }

        public bool Short { get; init; }

        public bool LeaveSecond { get; init; }

        public bool SawProduct { get; private set; }

        public bool Kept { get; private set; }

        protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
        {
            if (FailForward) throw new MbMixException("broken on purpose");
            Kept = keep;
            if (keep) (a, b, shape) = (inputs[0].Values<float>().ToArray(), inputs[1].Values<float>().ToArray(), inputs[0].shape);
            return [inputs[0] + inputs[1], inputs[0] * inputs[1]];
        }

        protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
        {
            if (Fail) throw new MbMixException("broken on purpose");
            SawProduct = gradients[1] is not null;
            var (da, db) = (new float[a.Length], new float[a.Length]);
            for (int i = 0; i < a.Length; i++)
            {
                float sum = gradients[0] is { } s ? s.Values<float>()[i] : 0, product = gradients[1] is { } p ? p.Values<float>()[i] : 0;
                da[i] = sum + product * b[i];
                db[i] = sum + product * a[i];
            }
            if (Short) return [null];
            return [TensorSpans.From(da, shape), LeaveSecond ? null : TensorSpans.From(db, shape)];
        }
    }
}
