using System.Runtime.InteropServices;

namespace MbMix.Numerics;

/// <summary>The memory of CPU tensors as spans, and tensors made from spans.</summary>
public static class TensorSpans
{
    /// <summary>
    /// The live values of a contiguous CPU tensor. The span does not keep the tensor alive: use the tensor after the last use of the
    /// span. Writing bypasses autograd, so write to parameters only after the backward pass that used them.
    /// </summary>
    /// <param name="tensor">A contiguous CPU tensor of elements <typeparamref name="T"/>.</param>
    public static Span<T> Values<T>(this Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A float32 tensor with undefined values; the caller owns it.</summary>
    /// <param name="shape">Shape.</param>
    public static Tensor Empty(params ReadOnlySpan<long> shape) => torch.empty(shape.ToArray(), torch.ScalarType.Float32);

    /// <summary>A float32 tensor with a copy of the values; the caller owns it.</summary>
    /// <param name="values">Values in row-major order.</param>
    /// <param name="shape">Shape.</param>
    public static Tensor From(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Empty(shape);
        values.CopyTo(tensor.Values<float>());
        return tensor;
    }

    /// <summary>Copies the values of a tensor of any floating type, stride and device into a span.</summary>
    /// <param name="tensor">Source, read outside autograd.</param>
    /// <param name="destination">Receives all elements in row-major order.</param>
    public static void CopyTo(this Tensor tensor, Span<float> destination)
    {
        if (tensor.dtype == torch.ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            tensor.Values<float>().CopyTo(destination);
            return;
        }
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        tensor.detach().to(torch.ScalarType.Float32).cpu().contiguous().Values<float>().CopyTo(destination);
    }
}
