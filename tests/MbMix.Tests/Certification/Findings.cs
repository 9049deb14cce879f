using System.Globalization;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Certification;

/// <summary>Collects what the checks of one subject find.</summary>
/// <param name="subject">What is certified, such as the id of an environment.</param>
internal sealed class Findings(string subject)
{
    private readonly List<Finding> all = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<Finding> All => all;

    /// <summary>Notes a finding unless a condition holds.</summary>
    public void Require(bool holds, string check, string came, string expected)
    {
        if (!holds) all.Add(new Finding(subject, check, came, expected));
    }

    /// <summary>Runs a part of a check; an exception that escapes from the subject is a finding.</summary>
    public void Try(string check, string expected, Action part)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            part();
        }
        catch (Exception e)
        {
            string reason = e.Message.Split('\n')[0];
            all.Add(new Finding(subject, check, $"{e.GetType().Name} '{reason}'", expected));
        }
    }

    /// <summary>Requires shape and type of a tensor.</summary>
    /// <returns>Whether both are as required.</returns>
    public bool RequireShape(string check, Tensor tensor, torch.ScalarType type, params long[] shape)
    {
        bool holds = tensor.dtype == type && tensor.shape.AsSpan().SequenceEqual(shape);
        Require(holds, check, $"{tensor.dtype} {Shape(tensor.shape)}", $"{type} {Shape(shape)}");
        return holds;
    }

    /// <summary>Requires that two tensors differ by less than a share of the norm of the expected one.</summary>
    public void RequireCloseInNorm(string check, Tensor expected, Tensor actual, double tolerance)
    {
        if (!RequireShape(check, actual, expected.dtype, expected.shape)) return;
        using var scope = torch.NewDisposeScope();
        double difference = Norm(expected - actual), norm = Norm(expected);
        double error = difference == 0 ? 0 : difference / norm;
        Require(error < tolerance, check, $"a relative difference of {Text(error)}", $"less than {Text(tolerance)}");
    }

    /// <summary>
    /// Requires that every component is close: relative to the expected one where that is large, absolute where it is
    /// small.
    /// </summary>
    public void RequireCloseComponents(string check, Tensor expected, Tensor actual, double tolerance)
    {
        if (!RequireShape(check, actual, expected.dtype, expected.shape)) return;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        double error = Largest((expected - actual).abs() / (1 + expected.abs()));
        Require(error < tolerance, check, $"a difference of {Text(error)}", $"less than {Text(tolerance)}");
    }

    /// <summary>Requires that two tensors have the same values; any not-a-number equals any other.</summary>
    public void RequireSame(string check, Tensor expected, Tensor actual)
    {
        if (!RequireShape(check, actual, expected.dtype, expected.shape)) return;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var same = expected.eq(actual) | (expected.isnan() & actual.isnan());
        Require(same.all().item<bool>(), check, "other values", "the same, bit for bit");
    }

    /// <summary>The largest value; not a number if one of them is not.</summary>
    public static double Largest(Tensor values)
    {
        using var noGrad = torch.no_grad();
        return values.detach().to(torch.ScalarType.Float64).max().item<double>();
    }

    /// <summary>A number for a line of text.</summary>
    public static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static double Norm(Tensor tensor) => tensor.detach().to(torch.ScalarType.Float64).norm().item<double>();

    private static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";
}
