namespace MbMix.Numerics;

/// <summary>
/// Backward passes over graphs that contain <see cref="CustomFunction"/> nodes. An exception thrown by such a node is
/// rethrown here unchanged.
/// </summary>
public static class Backward
{
    /// <summary>Accumulates the gradients of a scalar loss in the leaves of its graph.</summary>
    /// <param name="loss">The loss, a scalar.</param>
    /// <param name="retainGraph">Whether to keep the graph for another backward pass.</param>
    public static void Run(Tensor loss, bool retainGraph = false) =>
        Guarded(() => loss.backward(retain_graph: retainGraph));

    /// <summary>Pulls cotangents back from outputs to the given leaves, and to no others.</summary>
    /// <param name="outputs">Outputs.</param>
    /// <param name="dOutputs">One cotangent per output, of the same shape.</param>
    /// <param name="inputs">Leaves; the cotangent of each is added to its <c>grad</c>.</param>
    /// <param name="retainGraph">Whether to keep the graph for another backward pass.</param>
    public static void Run(
        IReadOnlyList<Tensor> outputs,
        IReadOnlyList<Tensor> dOutputs,
        IReadOnlyList<Tensor> inputs,
        bool retainGraph = false) =>
        Guarded(
            () => torch.autograd.backward([.. outputs], [.. dOutputs], retain_graph: retainGraph, inputs: [.. inputs]));

    private static void Guarded(Action pass)
    {
        var outer = CustomFunction.Exchange(null);
        try
        {
            using var scope = torch.NewDisposeScope();
            pass();
        }
        catch (Exception) when (CustomFunction.Exchange(null) is { } cause)
        {
            // the native error is only a consequence; this is the cause
            cause.Throw();
        }
        finally
        {
            CustomFunction.Exchange(outer)?.Throw();
        }
    }
}
