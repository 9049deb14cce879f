namespace MbMix.Numerics;

/// <summary>Backward passes over graphs that hold <see cref="CustomFunction"/> nodes: what those throw arrives here as it was thrown.</summary>
public static class Backward
{
    /// <summary>Accumulates the gradients of a scalar loss in the leaves.</summary>
    /// <param name="loss">Scalar.</param>
    /// <param name="retainGraph">Keep the graph for another pass.</param>
    public static void Run(Tensor loss, bool retainGraph = false) =>
        Guarded(() => loss.backward(retain_graph: retainGraph));

    /// <summary>Accumulates vector-Jacobian products in the given leaves and nowhere else.</summary>
    /// <param name="outputs">Outputs.</param>
    /// <param name="cotangents">One cotangent per output, of its shape.</param>
    /// <param name="inputs">Leaves whose <c>grad</c> receives the products.</param>
    /// <param name="retainGraph">Keep the graph for another pass.</param>
    public static void Run(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> cotangents, IReadOnlyList<Tensor> inputs, bool retainGraph = false) =>
        Guarded(() => torch.autograd.backward([.. outputs], [.. cotangents], retain_graph: retainGraph, inputs: [.. inputs]));

    private static void Guarded(Action sweep)
    {
        var outer = CustomFunction.Exchange(null);
        try
        {
            using var scope = torch.NewDisposeScope();
            sweep();
        }
        catch (Exception) when (CustomFunction.Exchange(null) is { } cause)
        {
            // the native error is a consequence; this is what happened
            cause.Throw();
        }
        finally
        {
            CustomFunction.Exchange(outer)?.Throw();
        }
    }
}
