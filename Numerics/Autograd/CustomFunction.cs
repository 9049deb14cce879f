using System.Runtime.ExceptionServices;

namespace MbMix.Numerics;

/// <summary>
/// One call of a differentiable function whose forward and backward pass are managed code, such as a compiled simulator
/// step. Derive a class, keep what the backward pass needs (the tape), and call <see cref="Apply"/> once per object.
/// </summary>
/// <remarks>
/// <para>An exception that escaped from a managed callback would end the process. Exceptions of the backward pass are
/// therefore caught and rethrown by <see cref="MbMix.Numerics.Backward.Run(Tensor, bool)"/>. Code that calls
/// <c>backward()</c> directly gets a native error about the shape of a gradient instead.</para>
/// <para>Do not keep tensors of the graph in fields, because node and tensor would keep each other alive. Copy the
/// numbers or detach the tensor.</para>
/// <para>With a retained graph, the backward pass may run several times, so it must not change the tape. Second
/// derivatives are not available. Inputs and outputs are CPU tensors; the backward pass runs on the thread that calls
/// <c>backward()</c>.</para>
/// </remarks>
public abstract class CustomFunction
{
    [ThreadStatic]
    private static ExceptionDispatchInfo? failure;

    /// <summary>The largest number of inputs of a call.</summary>
    internal const int MostInputs = 63;

    private ulong wanted;
    private Tensor[] kept = [];

    /// <summary>Number of inputs of this call.</summary>
    internal int Inputs { get; private set; }

    /// <summary>Runs the function and attaches it to the graph if an input requires a gradient.</summary>
    /// <param name="inputs">Inputs, at most 63; the caller keeps ownership.</param>
    /// <returns>The outputs; the caller owns them.</returns>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length > MostInputs)
            throw new ArgumentException(
                $"{inputs.Length} inputs came; at most {MostInputs} are possible.", nameof(inputs));
        Inputs = inputs.Length;
        if (torch.is_grad_enabled())
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].requires_grad) wanted |= 1UL << i;
            }
        }
        if (wanted == 0) return Forward(inputs, false);

        // the function runs before the node is made, so that an exception leaves nothing behind
        Tensor[] outputs;
        using (torch.no_grad()) outputs = Forward(inputs, true);
        FunctionNode.Attach(this, inputs, outputs);
        return outputs;
    }

    /// <summary>
    /// Whether the gradient of an input will be used. If not, the backward pass may return null for it.
    /// </summary>
    /// <param name="input">Index of the input.</param>
    protected bool Wanted(int input) => (wanted >> input & 1) != 0;

    /// <summary>Computes the outputs. Each must be a new tensor, never one of the inputs. Autograd is off.</summary>
    /// <param name="inputs">What was passed to <see cref="Apply"/>.</param>
    /// <param name="keep">Whether a backward pass may follow, so that a tape is needed.</param>
    protected abstract Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep);

    /// <summary>
    /// Hands tensors without gradient history over to the autograd node; call it from <see cref="Forward"/>. The node
    /// owns them from then on: they live as long as the graph does, and no dispose scope disposes them earlier.
    /// </summary>
    /// <param name="tensors">The tensors that the backward pass will receive, in this order.</param>
    protected void Keep(params Tensor[] tensors) => kept = tensors;

    /// <summary>Pulls gradients of the outputs back to the inputs.</summary>
    /// <param name="gradients">
    /// One contiguous gradient per output; null for an output that was not used. The caller keeps ownership.
    /// </param>
    /// <param name="kept">What was handed to <see cref="Keep"/>, in the same order. The caller keeps ownership.</param>
    /// <returns>One gradient per input, of the same shape; null stands for zero.</returns>
    protected abstract Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept);

    /// <summary>Returns what was kept and forgets it.</summary>
    internal Tensor[] TakeKept()
    {
        var taken = kept;
        kept = [];
        return taken;
    }

    internal Tensor?[] BackwardChecked(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> taken)
    {
        var result = Backward(gradients, taken);
        if (result.Length != Inputs)
            throw new InvalidOperationException(
                $"{GetType().Name} returned {result.Length} gradients for {Inputs} inputs.");
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
