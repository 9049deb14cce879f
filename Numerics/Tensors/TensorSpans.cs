using System.Runtime.InteropServices;

namespace MbMix.Numerics;

/// <summary>Access to the memory of CPU tensors as spans, and tensors made from spans.</summary>
public static class TensorSpans
{
    /// <summary>
    /// The memory of a contiguous CPU tensor. The span does not keep the tensor alive: the tensor must outlive the last
    /// use of the span. Autograd does not see writes, so write to parameters only after the backward pass that used
    /// them.
    /// </summary>
    /// <param name="tensor">A contiguous CPU tensor with elements of type <typeparamref name="T"/>.</param>
    public static Span<T> Values<T>(this Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(
        tensor.bytes);

    /// <summary>Makes a float32 tensor with undefined values; the caller owns it.</summary>
    /// <param name="shape">Shape of the tensor.</param>
    public static Tensor Empty(params ReadOnlySpan<long> shape) =>
        torch.empty(shape.ToArray(), torch.ScalarType.Float32);

    /// <summary>Makes a float32 tensor with a copy of the values; the caller owns it.</summary>
    /// <param name="values">Values in row-major order.</param>
    /// <param name="shape">Shape of the tensor.</param>
    public static Tensor From(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Empty(shape);
        values.CopyTo(tensor.Values<float>());
        return tensor;
    }

    /// <summary>
    /// Copies the values of a tensor of any floating-point type, stride and device into a span, outside autograd.
    /// </summary>
    /// <param name="tensor">The source.</param>
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
