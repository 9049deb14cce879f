using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.TestKit;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Gradients of 8-step returns of the native environments, at states in and out of contact, compared with central
/// differences in double.
/// </summary>
public sealed class ReturnGradients
{
    public static TheoryData<string> Names => new(Tasks.All);

    // the equations hold for quaternions of any length, so all partial derivatives are compared, the radial ones too
    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_with_central_differences_wherever_those_agree_with_themselves(string task) =>
        Check(task, components: true);

    [Theory]
    [InlineData("cartpole")]
    [InlineData("ant")]
    public void Agree_in_tangent_coordinates_too(string task) => Check(task, components: false);

    private static void Check(string task, bool components)
    {
        using var env = TracedEnv.Create(
            Tasks.Make(task, randomStart: true),
            new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        var settings = new ReturnGradientSettings
        {
            Components = components,
            Log = line => TestContext.Current.TestOutputHelper?.WriteLine(line),
        };
        Certify.Sound(ReturnGradientCheck.Run(env, settings));
    }
}
