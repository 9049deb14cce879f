using MbMix.Model.Sobolev;
using MbMix.Sim.Stub;
using MbMix.TestKit;
using MbMix.TestKit.Xunit;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>A small Sobolev-trained network.</summary>
[Collection(HostRuns.Collection)]
public sealed class TheSobolevModelIsCertified : ModelCertification
{
    protected override string Id => SobolevMlp.Id;

    protected override ModelSettings Settings => new() { Batch = 64, Fits = 200 };

    protected override IDynamicsModel Create(ModelContext context) =>
        new SobolevMlp(new SobolevMlpOptions { Hidden = [32] }, context);

    protected override IDifferentiableEnv CreateEnvironment() =>
        StubEnvs.Make(LinearQuadratic.Id, Differentiation.Precision.Single);
}
