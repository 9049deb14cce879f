using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.TestKit;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Jacobians and pullbacks of the native environments in tangent coordinates, compared with backward passes through
/// step and chart.
/// </summary>
public sealed class JacobiansAgree
{
    public static TheoryData<string> Names => new(Tasks.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void With_backward_passes_through_torch_and_with_each_other(string task)
    {
        using var env = Make(task);
        Assert.IsAssignableFrom<IJacobianEnv>(env);
        Certify.Sound(JacobianCheck.Run(env));
    }

    [Fact]
    public void What_a_model_sees_and_how_a_robot_moves_does_not_depend_on_where_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make("ant");
        var (state, action) = Probes.Moving(env, 4, 12, 5);
        Certify.Sound(ChartCheck.RunInvariance(env, state, action, Shifted(state, 3.5, -2)));
        Certify.Sound(ChartCheck.RunInvariance(env, state, action, Shifted(state, 1.5, -2)));

        // the horizontal position alone, without the twist that belongs to it, is another motion
        var wrong = state.clone();
        wrong.narrow(1, 0, 1).add_(3.5);
        var findings = ChartCheck.RunInvariance(env, state, action, wrong);
        Certify.Bites(findings, "features of the same state elsewhere: a relative difference");
        Certify.Bites(findings, "motion in a step from the same state elsewhere");
    }

    /// <summary>The same robot, moved horizontally: the twist about the world origin changes with it.</summary>
    private static Tensor Shifted(Tensor state, double x, double z)
    {
        var moved = state.clone();
        var w = state.narrow(1, 15, 3);
        var shift = torch.tensor(new double[] { x, 0, z }).expand(w.shape[0], 3);
        moved.narrow(1, 0, 3).add_(shift);
        moved.narrow(1, 18, 3).sub_(torch.linalg.cross(w, shift, 1));
        return moved;
    }

    private static IPredictiveEnv Make(string task) => TracedEnv.Create(
        Tasks.Make(task, randomStart: true),
        new TracedEnvOptions { Precision = Precision.Double },
        new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
}
