using System.Runtime.ExceptionServices;

namespace MbMix.Numerics;

/// <summary>
/// One call of a differentiable function whose derivative is written in managed code, such as a compiled simulator step. Derive, keep
/// what the backward pass needs in fields (the tape), and call <see cref="Apply"/> once per object.
/// </summary>
/// <remarks>
/// <para>An exception that leaves a managed backward callback would end the process. Here it is caught, remembered, and thrown by
/// <see cref="Backward.Run(Tensor, bool)"/>; whoever calls <c>backward()</c> directly gets a native error about a gradient's shape instead.</para>
/// <para>Do not keep graph tensors in fields: node and tensor would hold each other. Copy numbers, or detach.</para>
/// <para>With a retained graph <see cref="Differentiate"/> runs once per sweep, so it must leave the tape as it is. A second
/// derivative is not available. Inputs and outputs are CPU tensors, which the engine differentiates on the thread that asked.</para>
/// </remarks>
public abstract class CustomFunction
{
    [ThreadStatic]
    private static ExceptionDispatchInfo? failure;

    /// <summary>Inputs that a call may have.</summary>
    internal const int MostInputs = 63;

    private ulong wanted;
    private Tensor[] kept = [];

    /// <summary>Number of inputs of the call.</summary>
    internal int Inputs { get; private set; }

    /// <summary>Runs the function and, where a gradient may be asked for, attaches it to the graph.</summary>
    /// <param name="inputs">Inputs, at most 63; they stay the caller's.</param>
    /// <returns>The outputs; the caller owns them.</returns>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length > MostInputs) throw new ArgumentException($"{inputs.Length} inputs came; at most {MostInputs} are possible.", nameof(inputs));
        Inputs = inputs.Length;
        if (torch.is_grad_enabled())
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].requires_grad) wanted |= 1UL << i;
            }
        }
        if (wanted == 0) return Evaluate(inputs, false);

        // the function runs before the node is made, so that what it throws leaves nothing behind
        Tensor[] outputs;
        using (torch.no_grad()) outputs = Evaluate(inputs, true);
        FunctionNode.Attach(this, inputs, outputs);
        return outputs;
    }

    /// <summary>Whether the gradient of an input will be used; others may be left null.</summary>
    /// <param name="input">Index of the input.</param>
    protected bool Wanted(int input) => (wanted >> input & 1) != 0;

    /// <summary>Computes the outputs as fresh tensors (never an input itself). Gradients are off.</summary>
    /// <param name="inputs">What was handed to <see cref="Apply"/>.</param>
    /// <param name="keep">Whether a backward pass may follow, so that a tape is needed.</param>
    protected abstract Tensor[] Evaluate(ReadOnlySpan<Tensor> inputs, bool keep);

    /// <summary>
    /// Hands tensors without gradient history to the autograd node, from within <see cref="Evaluate"/>: they live as long as the graph does,
    /// and no dispose scope ends them earlier. They are this object's no longer.
    /// </summary>
    protected void Keep(params Tensor[] tensors) => kept = tensors;

    /// <summary>Pulls gradients of the outputs back to the inputs.</summary>
    /// <param name="gradients">One contiguous gradient per output; null where an output was not used. They belong to the caller.</param>
    /// <param name="kept">What was kept, in order. It belongs to the caller.</param>
    /// <returns>One gradient per input, of its shape; null stands for zero.</returns>
    protected abstract Tensor?[] Differentiate(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept);

    /// <summary>What was kept; asked for once.</summary>
    internal Tensor[] TakeKept()
    {
        var taken = kept;
        kept = [];
        return taken;
    }

    internal Tensor?[] DifferentiateChecked(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> saved)
    {
        var result = Differentiate(gradients, saved);
        if (result.Length != Inputs)
            throw new InvalidOperationException($"{GetType().Name} returned {result.Length} gradients for {Inputs} inputs.");
        return result;
    }

    internal static void Remember(Exception exception) => failure ??= ExceptionDispatchInfo.Capture(exception);

    internal static ExceptionDispatchInfo? Exchange(ExceptionDispatchInfo? value)
    {
        var previous = failure;
        failure = value;
        return previous;
    }
}
