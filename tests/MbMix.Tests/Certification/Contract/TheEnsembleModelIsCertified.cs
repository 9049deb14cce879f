using MbMix.Model.Ensemble;
using MbMix.Sim.Stub;
using MbMix.TestKit;
using MbMix.TestKit.Xunit;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>A small probabilistic ensemble.</summary>
[Collection(HostRuns.Collection)]
public sealed class TheEnsembleModelIsCertified : ModelCertification
{
    protected override string Id => EnsembleModelPlugin.Id;

    protected override ModelSettings Settings => new() { Batch = 64, Fits = 200 };

    protected override IDynamicsModel Create(ModelContext context) =>
        new ProbabilisticEnsemble(new ProbabilisticEnsembleOptions { Hidden = [32], Members = 3, Elites = 2 }, context);

    protected override IDifferentiableEnv CreateEnvironment() =>
        StubEnvs.Make(LinearQuadratic.Id, Differentiation.Precision.Single);
}
