using System.Globalization;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>Checks of tensors that come from a plugin.</summary>
internal static class TensorChecks
{
    /// <summary>Requires a contiguous tensor <c>[rows, columns]</c>; <c>[rows]</c> if columns is -1.</summary>
    /// <exception cref="MbMixException">It is another one, or none.</exception>
    public static void Require(
        this Boundary boundary, string what, Tensor? tensor, torch.ScalarType type, long rows, long columns = -1)
    {
        if (tensor is not null && !tensor.IsInvalid && tensor.dtype == type && tensor.is_contiguous()
            && tensor.dim() == (columns < 0 ? 1 : 2) && tensor.size(0) == rows
            && (columns < 0 || tensor.size(1) == columns))
            return;
        string shape = columns < 0 ? $"[{rows}]" : $"[{rows}, {columns}]";
        throw boundary.Wrong(what, Describe(tensor), $"{Name(type)} {shape}");
    }

    /// <summary>Requires a contiguous tensor of any number of dimensions.</summary>
    public static void RequireShape(
        this Boundary boundary, string what, Tensor? tensor, torch.ScalarType type, params ReadOnlySpan<long> shape)
    {
        if (tensor is not null && !tensor.IsInvalid && tensor.dtype == type && tensor.is_contiguous()
            && shape.SequenceEqual(tensor.shape))
            return;
        throw boundary.Wrong(what, Describe(tensor), $"{Name(type)} [{string.Join(", ", shape.ToArray())}]");
    }

    /// <summary>Describes a tensor in a few words.</summary>
    public static string Describe(Tensor? tensor)
    {
        if (tensor is null) return "null";
        if (tensor.IsInvalid) return "a disposed tensor";
        string order = tensor.is_contiguous() ? "" : " that is not contiguous";
        return $"{Name(tensor.dtype)} [{string.Join(", ", tensor.shape)}]{order}";
    }

    /// <summary>Whether two contiguous tensors hold the same bits.</summary>
    public static bool SameBits(Tensor a, Tensor b) => a.bytes.SequenceEqual(b.bytes);

    /// <summary>
    /// Finds an element at which two tensors of the same shape differ by more than rounding can explain.
    /// </summary>
    /// <returns>The two values as text; null if there is none.</returns>
    public static (string First, string Second)? FindDifference(Tensor first, Tensor second, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        double[] a = Values(first), b = Values(second);
        // lanes that are not finite are faults, which are somebody else's matter
        double scale = a.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < a.Length; i++)
        {
            if (!double.IsFinite(a[i]) || !double.IsFinite(b[i])) continue;
            double limit = tolerance * (Math.Abs(a[i]) + Math.Abs(b[i]) + (0.01 * scale) + 0.01);
            if (Math.Abs(a[i] - b[i]) > limit) return (Text(a[i]), Text(b[i]));
        }
        return null;
    }

    /// <summary>All elements as float64, in row-major order.</summary>
    public static double[] Values(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to(torch.ScalarType.Float64).contiguous().Values<double>().ToArray();
    }

    /// <summary>A number as text for a message.</summary>
    public static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Name(torch.ScalarType type) => type.ToString().ToLowerInvariant();
}
