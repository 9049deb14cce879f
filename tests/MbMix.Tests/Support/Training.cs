using MbMix.Hosting;
using MbMix.Sim.Native;
using MbMix.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Support;

/// <summary>Environments and contexts without a host.</summary>
internal static class Training
{
    public static readonly WorkerPool Workers = new(1);

    public static IPredictiveEnv CartPole(bool randomStart = true, Differentiation.Precision precision = Differentiation.Precision.Single)
    {
        var options = new DiffRlOptions { RandomStart = randomStart, Precision = precision };
        return TracedEnv.Create(new CartPoleSwingUp(options), options, new EnvContext { Workers = Workers, Logger = NullLogger.Instance });
    }

    public static OptimizerContext Context(IDifferentiableEnv env, long budget, IDynamicsModel? model = null, long seed = 0)
        => new() { Env = env, Model = model, Budget = budget, Seed = seed, Workers = Workers, Logger = NullLogger.Instance };

    public static ModelContext ModelContext(IDifferentiableEnv env, long seed = 0) => new() { Env = env, Seed = seed, Logger = NullLogger.Instance };
}
