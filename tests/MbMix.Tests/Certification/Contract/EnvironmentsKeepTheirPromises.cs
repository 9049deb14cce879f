using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.TestKit;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>What <see cref="IDifferentiableEnv"/> promises holds for every environment.</summary>
public sealed class EnvironmentsKeepTheirPromises
{
    public static TheoryData<string> Native => new(Tasks.All);

    public static TheoryData<string> MuJoCo => new(MuJoCoEnvs.All);

    [Theory]
    [MemberData(nameof(Native))]
    public void Native_ones(string task)
    {
        using var env = TracedEnv.Create(
            Tasks.Make(task, randomStart: true),
            new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        Certify.Sound(EnvironmentCheck.Run(env));
    }

    [Theory]
    [MemberData(nameof(MuJoCo))]
    public void Those_of_MuJoCo(string id)
    {
        using var env = MuJoCoEnvs.Make(id);
        Certify.Sound(EnvironmentCheck.Run(env, new EnvironmentSettings { Lanes = 3, Steps = 3 }));
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32, 1e-6)]
    [InlineData(torch.ScalarType.Float64, 1e-12)]
    public void The_point_mass_of_the_tests(torch.ScalarType type, double tolerance)
    {
        using var env = new LearningPredictiveMass(type);
        Certify.Sound(EnvironmentCheck.Run(env, new EnvironmentSettings { Tolerance = tolerance }));
    }
}
