using Xunit;

namespace MbMix.TestKit.Xunit;

/// <summary>
/// Certifies an algorithm: derive a class from this one in a test project, and every check becomes a test. Torch's
/// global random numbers are seeded, so that tests that use them must not run at the same time.
/// </summary>
public abstract class AlgorithmCertification
{
    /// <summary>Names of the checks.</summary>
    public static TheoryData<string> Checks => [.. AlgorithmCheck.Names];

    /// <summary>Id that the algorithm is registered under.</summary>
    protected abstract string Id { get; }

    /// <summary>Settings of the checks.</summary>
    protected virtual AlgorithmSettings Settings => new();

    /// <summary>Makes the dynamics model that the algorithm uses; null if it uses none.</summary>
    protected virtual Func<ModelContext, IDynamicsModel>? CreateModel => null;

    /// <summary>Runs one check.</summary>
    /// <param name="check">Name of the check.</param>
    [Theory]
    [MemberData(nameof(Checks))]
    public void Algorithm(string check)
    {
        var subject = new AlgorithmSubject(Id, Create, CreateEnvironment, CreateModel);
        CheckAssert.Pass(AlgorithmCheck.All(subject, Settings), check);
    }

    /// <summary>Makes an instance; the test disposes it.</summary>
    /// <param name="context">The environment to learn on, the model and the seed.</param>
    protected abstract IPolicyOptimizer Create(OptimizerContext context);

    /// <summary>Makes the environment to learn on; the test disposes it.</summary>
    protected abstract IDifferentiableEnv CreateEnvironment();
}
