using Xunit;

namespace MbMix.TestKit.Xunit;

/// <summary>
/// Certifies a dynamics model: derive a class from this one in a test project, and every check becomes a test. Torch's
/// global random numbers are seeded, so that tests that use them must not run at the same time.
/// </summary>
public abstract class ModelCertification
{
    /// <summary>Names of the checks.</summary>
    public static TheoryData<string> Checks => [.. ModelCheck.Names];

    /// <summary>Id that the model is registered under.</summary>
    protected abstract string Id { get; }

    /// <summary>Settings of the checks.</summary>
    protected virtual ModelSettings Settings => new();

    /// <summary>Runs one check.</summary>
    /// <param name="check">Name of the check.</param>
    [Theory]
    [MemberData(nameof(Checks))]
    public void Model(string check)
    {
        using var subject = new ModelSubject(Id, Create, CreateEnvironment);
        CheckAssert.Pass(ModelCheck.All(subject, Settings), check);
    }

    /// <summary>Makes an instance; the test disposes it.</summary>
    /// <param name="context">The environment to model, and the seed.</param>
    protected abstract IDynamicsModel Create(ModelContext context);

    /// <summary>Makes the environment to model, with gradients; the test disposes it.</summary>
    protected abstract IDifferentiableEnv CreateEnvironment();
}
