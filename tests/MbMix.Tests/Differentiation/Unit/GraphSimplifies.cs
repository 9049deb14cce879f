using MbMix.Differentiation;

namespace MbMix.Tests.Unit;

public sealed class GraphSimplifies
{
    [Fact]
    public void Equal_expressions_are_one_node()
    {
        var graph = new Graph();
        int x = graph.Input(0, 0), y = graph.Input(0, 1);
        Assert.Equal(graph.Add(x, y), graph.Add(y, x));
        Assert.Equal(graph.Multiply(graph.Negate(x), y), graph.Negate(graph.Multiply(x, y)));
    }

    [Fact]
    public void Zeros_and_ones_disappear()
    {
        var graph = new Graph();
        int x = graph.Input(0, 0), zero = graph.Constant(0), one = graph.Constant(1);
        Assert.Equal(zero, graph.Multiply(x, zero));
        Assert.Equal(x, graph.Multiply(one, x));
        Assert.Equal(x, graph.Add(zero, x));
        Assert.Equal(zero, graph.Subtract(x, x));
        Assert.Equal(x, graph.Negate(graph.Negate(x)));
        Assert.Equal(graph.Negate(x), graph.Subtract(zero, x));
    }

    [Fact]
    public void A_known_mask_selects_while_tracing()
    {
        var graph = new Graph();
        int x = graph.Input(0, 0), y = graph.Input(0, 1);
        Assert.Equal(x, graph.Select(graph.Greater(graph.Constant(2), graph.Constant(1)), x, y));
        Assert.Equal(y, graph.Select(graph.Truth(false), x, y));
        Assert.Equal(graph.Greater(x, y), graph.Not(graph.Not(graph.Greater(x, y))));
    }

    [Fact]
    public void What_no_output_needs_is_not_executed()
    {
        var function = TracedFunction.Trace([2], g =>
        {
            _ = Traced.Sin(g[0][0] * g[0][1]);
            return [[g[0][0] + g[0][1]]];
        });
        Assert.Equal(1, LoweredProgram.Lower(function, Precision.Single).OperationCount);
    }

    [Fact]
    public void A_product_with_one_use_is_fused_with_its_sum()
    {
        var function = TracedFunction.Trace([3], g => [[(g[0][0] * g[0][1]) + g[0][2]]]);
        Assert.Equal(1, LoweredProgram.Lower(function, Precision.Single).OperationCount);
    }

    [Fact]
    public void A_traced_scalar_outside_a_trace_says_so()
    {
        var error = Assert.Throws<InvalidOperationException>(() => (Traced)1.0);
        Assert.Contains("outside a trace", error.Message);
    }
}
