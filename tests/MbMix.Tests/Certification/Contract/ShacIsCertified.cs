using MbMix.Algo.SHAC;
using MbMix.Sim.Stub;
using MbMix.TestKit;
using MbMix.TestKit.Xunit;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>SHAC with small networks.</summary>
[Collection(HostRuns.Collection)]
public sealed class ShacIsCertified : AlgorithmCertification
{
    protected override string Id => ShacPlugin.Id;

    protected override AlgorithmSettings Settings => new() { BestReturn = LinearQuadraticOptimum.MeanReturn };

    protected override IPolicyOptimizer Create(OptimizerContext context) => ShacPlugin.Create(
        new ShacOptions { Environments = 16, Horizon = 8, ActorHidden = [16], CriticHidden = [16] }, context);

    protected override IDifferentiableEnv CreateEnvironment() =>
        StubEnvs.Make(LinearQuadratic.Id, Differentiation.Precision.Single);
}
