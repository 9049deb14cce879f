using Xunit;

namespace MbMix.TestKit.Xunit;

/// <summary>
/// Certifies an environment: derive a class from this one in a test project, and every check becomes a test. A new
/// environment is made for each.
/// </summary>
public abstract class EnvironmentCertification
{
    /// <summary>Names of the checks.</summary>
    public static TheoryData<string> Checks => [.. EnvironmentCheck.Names];

    /// <summary>Id that the environment is registered under.</summary>
    protected abstract string Id { get; }

    /// <summary>Settings of the checks.</summary>
    protected virtual EnvironmentSettings Settings => new();

    /// <summary>
    /// Makes an instance that computes in float64, in which derivatives are compared more closely; null if there is
    /// none.
    /// </summary>
    protected virtual Func<IWorkers, IDifferentiableEnv>? CreateDouble => null;

    /// <summary>Runs one check.</summary>
    /// <param name="check">Name of the check.</param>
    [Theory]
    [MemberData(nameof(Checks))]
    public void Environment(string check)
    {
        using var subject = new EnvironmentSubject(Id, Create, CreateDouble);
        CheckAssert.Pass(EnvironmentCheck.All(subject, Settings), check);
    }

    /// <summary>Makes an instance; the test disposes it.</summary>
    /// <param name="workers">Worker threads that it may use.</param>
    protected abstract IDifferentiableEnv Create(IWorkers workers);
}
