using MbMix.Sim.Stub;
using MbMix.TestKit.Xunit;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>The same in float32 alone, with an impact.</summary>
public sealed class TheBounceIsCertified : EnvironmentCertification
{
    protected override string Id => OneBounce.Id;

    protected override IDifferentiableEnv Create(IWorkers workers) =>
        StubEnvs.Make(Id, Differentiation.Precision.Single, workers);
}
