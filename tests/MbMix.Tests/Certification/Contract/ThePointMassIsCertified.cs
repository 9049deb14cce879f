using MbMix.Sim.Stub;
using MbMix.TestKit.Xunit;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>A stub environment, each check a test, as an author would certify an environment.</summary>
public sealed class ThePointMassIsCertified : EnvironmentCertification
{
    protected override string Id => PointMass.Id;

    protected override Func<IWorkers, IDifferentiableEnv>? CreateDouble =>
        workers => StubEnvs.Make(Id, workers: workers);

    protected override IDifferentiableEnv Create(IWorkers workers) =>
        StubEnvs.Make(Id, Differentiation.Precision.Single, workers);
}
