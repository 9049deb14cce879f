using System.Runtime.InteropServices;

namespace MbMix.Numerics;

/// <summary>
/// The functions of TorchSharp's native library that make a node of the autograd graph. TorchSharp's own wrapper of
/// them allocates 2.3 KB more managed memory per call (docs/decisions/0006-autograd-nodes.md).
/// </summary>
internal static unsafe class NativeNode
{
    private static readonly nint Library = NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);

    private static readonly delegate* unmanaged<nint, nint, NodeHandle> CreateNode =
        (delegate* unmanaged<nint, nint, NodeHandle>)Export("THSAutograd_CSharpNode_ctor");

    private static readonly delegate* unmanaged<NodeHandle, TensorArray, byte, void> SetNextEdges =
        (delegate* unmanaged<NodeHandle, TensorArray, byte, void>)Export("THSAutograd_CSharpNode_setNextEdges");

    private static readonly delegate* unmanaged<
        TensorArray, TensorArray, TensorArray, TensorArray, NodeHandle, delegate* unmanaged<nuint, nint*>, void>
        WrapOutputs =
        (delegate* unmanaged<
            TensorArray, TensorArray, TensorArray, TensorArray, NodeHandle, delegate* unmanaged<nuint, nint*>, void>)
        Export("THSAutograd_Function_wrapOutputs");

    private static readonly delegate* unmanaged<NodeHandle, void> DisposeStrong =
        (delegate* unmanaged<NodeHandle, void>)Export("THSAutograd_CSharpNode_disposeSharedPtr");

    private static readonly delegate* unmanaged<NodeHandle, void> DisposeWeak =
        (delegate* unmanaged<NodeHandle, void>)Export("THSAutograd_CSharpNode_disposeWeakPtr");

    private static readonly delegate* unmanaged<nint, void> DisposeTensor =
        (delegate* unmanaged<nint, void>)Export("THSTensor_dispose");

    [ThreadStatic]
    private static nint* wrapped;

    /// <summary>Makes a node between inputs and outputs. It lives as long as the graph of an output does.</summary>
    /// <param name="apply">Native function to call with the gradients of the outputs.</param>
    /// <param name="delete">Native function to call when the graph releases the node.</param>
    /// <param name="inputs">Native tensors.</param>
    /// <param name="outputs">Native tensors, none of them an input; the node becomes their history.</param>
    public static void Attach(nint apply, nint delete, Span<nint> inputs, Span<nint> outputs)
    {
        var node = CreateNode(apply, delete);
        torch.CheckForErrors();
        try
        {
            fixed (nint* i = inputs, o = outputs)
            {
                SetNextEdges(node, new(i, inputs.Length), 1);
                torch.CheckForErrors();
                wrapped = null;
                WrapOutputs(new(i, inputs.Length), default, default, new(o, outputs.Length), node, &Allocate);
                torch.CheckForErrors();
            }
            // the wrapped outputs are second handles to the same tensors
            for (int k = 0; k < outputs.Length; k++) DisposeTensor(wrapped[k]);
        }
        finally
        {
            NativeMemory.Free(wrapped);
            wrapped = null;
            DisposeStrong(node);
            DisposeWeak(node);
        }
    }

    [UnmanagedCallersOnly]
    private static nint* Allocate(nuint count) =>
        wrapped = (nint*)NativeMemory.AllocZeroed(Math.Max(count, 1), (nuint)sizeof(nint));

    private static nint Export(string name) => NativeLibrary.GetExport(Library, name);

    /// <summary>A node's strong and weak reference.</summary>
    private readonly record struct NodeHandle(nint Strong, nint Weak);

    /// <summary>Native tensors and their number.</summary>
    internal readonly struct TensorArray(nint* first, long count)
    {
        public readonly nint* First = first;
        public readonly long Count = count;
    }
}
