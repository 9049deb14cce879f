using System.Runtime.InteropServices;

namespace MbMix.Numerics;

/// <summary>
/// The managed end of the autograd node behind a <see cref="CustomFunction"/>: the call object and what it keeps. Ends
/// are pooled, because the two native callbacks of each are expensive to make.
/// </summary>
internal sealed unsafe class FunctionNode
{
    // ends are never collected, because native code may still hold their callbacks
    private static readonly Lock Gate = new();
    private static readonly Stack<FunctionNode> Free = [];
    private static readonly List<FunctionNode> All = [];

    private readonly ApplyCallback apply;
    private readonly DeleteCallback delete;
    private readonly nint applyPointer;
    private readonly nint deletePointer;
    private readonly nint* results = (nint*)NativeMemory.AllocZeroed(CustomFunction.MostInputs, (nuint)sizeof(nint));
    private CustomFunction? call;
    private Tensor[] kept = [];
    private Tensor?[] produced = [];

    private FunctionNode()
    {
        (apply, delete) = (Apply, Delete);
        applyPointer = Marshal.GetFunctionPointerForDelegate(apply);
        deletePointer = Marshal.GetFunctionPointerForDelegate(delete);
    }

    private delegate NativeNode.TensorArray ApplyCallback(nint* gradients, int count);

    private delegate void DeleteCallback();

    /// <summary>Puts a call into the graph, so that the history of its outputs leads to its inputs.</summary>
    public static void Attach(CustomFunction call, ReadOnlySpan<Tensor> inputs, Tensor[] outputs)
    {
        Span<nint> from = stackalloc nint[inputs.Length], to = stackalloc nint[outputs.Length];
        for (int i = 0; i < from.Length; i++) from[i] = inputs[i].Handle;
        for (int i = 0; i < to.Length; i++) to[i] = outputs[i].Handle;
        var end = Rent();
        end.call = call;
        end.kept = call.TakeKept();
        foreach (var tensor in end.kept) tensor.DetachFromDisposeScope();
        NativeNode.Attach(end.applyPointer, end.deletePointer, from, to);
    }

    private static FunctionNode Rent()
    {
        lock (Gate)
        {
            if (Free.TryPop(out var free)) return free;
            var made = new FunctionNode();
            All.Add(made);
            return made;
        }
    }

    // called by native code, so no exception may escape
    private NativeNode.TensorArray Apply(nint* gradients, int count)
    {
        var owner = call!;
        var incoming = new Tensor?[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                if (gradients[i] == 0) continue;
                var gradient = Tensor.UnsafeCreateTensor(gradients[i]);
                // expanded views (stride 0) are common here: the backward passes of sums and means produce them
                incoming[i] = gradient.is_contiguous() ? gradient : gradient.contiguous();
                if (!ReferenceEquals(incoming[i], gradient)) gradient.Dispose();
            }
            using var noGrad = torch.no_grad();
            produced = owner.BackwardChecked(incoming, kept);
        }
        catch (Exception e)
        {
            CustomFunction.Remember(e);
            // no input has this shape, so the backward pass stops here instead of continuing with made-up numbers
            produced = [.. Enumerable.Range(0, owner.Inputs).Select(_ => torch.full(3, float.NaN))];
        }
        for (int i = 0; i < incoming.Length; i++) incoming[i]?.Dispose();
        // native code takes its own references as soon as this returns
        for (int i = 0; i < produced.Length; i++) results[i] = produced[i]?.Handle ?? 0;
        return new(results, produced.Length);
    }

    private void Delete()
    {
        foreach (var tensor in kept) tensor.Dispose();
        (call, kept, produced) = (null, [], []);
        lock (Gate) Free.Push(this);
    }
}
