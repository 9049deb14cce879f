using System.Globalization;

namespace MbMix.TestKit;

/// <summary>Collects what the checks of one subject find.</summary>
/// <param name="subject">What is certified, such as the id of an environment.</param>
/// <param name="hint">What to say about findings that say nothing themselves.</param>
internal sealed class Findings(string subject, string hint = "")
{
    // of the same check; more would hide the findings of others
    private const int Most = 12;

    private const string Nothing = "Is something that a member returned null, or a disposed tensor?";

    private readonly List<Finding> all = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<Finding> All => all;

    /// <summary>Why nothing was checked; null if something was.</summary>
    public string? Skipped { get; private set; }

    /// <summary>Something worth knowing about a check that passed, such as how much was set aside.</summary>
    public string Note { get; set; } = "";

    /// <summary>Whether what was found does not keep other checks from being judged.</summary>
    public bool Harmless { get; set; }

    /// <summary>Notes that the check does not apply.</summary>
    public void Skip(string reason) => Skipped = reason;

    /// <summary>Notes a finding unless a condition holds.</summary>
    public void Require(bool holds, string check, string came, string expected, string? hint = null)
    {
        if (!holds) Add(check, came, expected, hint);
    }

    /// <summary>Runs a part of a check; an exception that escapes from the subject is a finding.</summary>
    /// <returns>Whether no exception has escaped.</returns>
    public bool Try(string check, string expected, Action part)
    {
        try
        {
            using var scope = torch.NewDisposeScope();
            part();
            return true;
        }
        catch (Exception e)
        {
            // a check of its own says more than the name of the member
            if (Culprit.Of(e) is { } member && !check.StartsWith(member, StringComparison.Ordinal))
                Add(member, Describe(e), "a return", InCheck(check));
            else if (Culprit.IsOfNothing(e)) Add(check, Describe(e), expected, Nothing);
            else Add(check, Describe(e), expected);
            return false;
        }
    }

    /// <summary>Requires that there is a tensor, with a shape and a type.</summary>
    /// <returns>Whether all is as required.</returns>
    public bool RequireShape(string check, Tensor? tensor, torch.ScalarType type, params long[] shape)
    {
        string expected = $"{type} {Shape(shape)}";
        if (tensor is null || tensor.IsInvalid)
        {
            Add(check, tensor is null ? "null" : "a disposed tensor", expected);
            return false;
        }
        bool holds = tensor.dtype == type && tensor.shape.AsSpan().SequenceEqual(shape);
        Require(holds, check, $"{tensor.dtype} {Shape(tensor.shape)}", expected);
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
    public void RequireSame(string check, Tensor expected, Tensor actual, string? hint = null)
    {
        if (!RequireShape(check, actual, expected.dtype, expected.shape)) return;
        Require(SameBits(expected, actual), check, "other values", "the same, bit for bit", hint);
    }

    /// <summary>Requires that there is no value that is not finite.</summary>
    /// <returns>Whether there is none.</returns>
    public bool RequireFinite(string check, Tensor tensor)
    {
        bool finite = tensor.detach().AllFinite();
        Require(finite, check, "a number that is not finite", "finite numbers");
        return finite;
    }

    /// <summary>Whether two tensors of one shape and type have the same values.</summary>
    public static bool SameBits(Tensor expected, Tensor actual)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var same = expected.eq(actual) | (expected.isnan() & actual.isnan());
        return same.all().item<bool>();
    }

    /// <summary>The largest value; not a number if one of them is not.</summary>
    public static double Largest(Tensor values)
    {
        using var noGrad = torch.no_grad();
        return values.detach().to(torch.ScalarType.Float64).max().item<double>();
    }

    /// <summary>A number for a line of text.</summary>
    public static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>An exception for a line of text.</summary>
    public static string Describe(Exception e) => $"{e.GetType().Name} '{OneLine.Of(e)}'";

    /// <summary>A shape for a line of text.</summary>
    public static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static string InCheck(string check) => $"It was thrown in the check '{check}'.";

    private void Add(string check, string came, string expected, string? ownHint = null)
    {
        if (all.Count < Most) all.Add(new Finding(subject, check, came, expected, ownHint ?? hint));
    }

    private static double Norm(Tensor tensor) => tensor.detach().to(torch.ScalarType.Float64).norm().item<double>();
}
