using MbMix.Differentiation;
using MbMix.Sim.Stub;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Support;

/// <summary>The stub environments, without a host.</summary>
internal static class StubEnvs
{
    public static string[] All => [LinearQuadratic.Id, PointMass.Id, OneBounce.Id];

    public static IPredictiveEnv Make(string id, Precision precision = Precision.Double, IWorkers? workers = null)
    {
        ITracedEnvironment equations = id switch
        {
            LinearQuadratic.Id => new LinearQuadratic(),
            PointMass.Id => new PointMass(),
            _ => new OneBounce(),
        };
        return TracedEnv.Create(
            equations,
            new TracedEnvOptions { Precision = precision },
            new EnvContext { Workers = workers ?? new LearningWorkers(), Logger = NullLogger.Instance });
    }
}
