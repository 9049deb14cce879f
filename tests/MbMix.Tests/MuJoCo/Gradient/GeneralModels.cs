using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Gradient;

/// <summary>
/// Derivatives of steps of models with activations, tendons, equality constraints, ball joints and mocap bodies, under
/// every integrator.
/// </summary>
public sealed class GeneralModels
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    public static TheoryData<string, string> Cases => new(
        from model in new[] { "workshop", "puppet" }
        from integrator in Integrators
        select (model, integrator));

    private static string[] Integrators => MujocoLibrary.Version.StartsWith('2')
        ? ["Euler", "RK4", "implicit"]
        : ["Euler", "RK4", "implicit", "implicitfast"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Jacobians_agree_with_a_reference_of_fourth_order(string model, string integrator)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new HostFolder();
        using var env = Robots.Variant(
            folder, model, "timestep=\"0.004\"" + (model == "puppet" ? " integrator=\"implicit\"" : ""),
            $"timestep=\"0.004\" integrator=\"{integrator}\"");
        const int lanes = 8;
        var (state, action) = (MuJoCoEnvs.Moving(env, lanes, 6), MuJoCoEnvs.Actions(env, lanes, 30));
        var actual = StepJacobians.Of(env, state, action);
        var reference = StepJacobians.FourPoint(env, state, action, 2e-5);
        double[] doubt = StepJacobians.RelativeErrors(reference, StepJacobians.FourPoint(env, state, action, 5e-5));
        double[] errors = StepJacobians.RelativeErrors(reference, actual);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{model}, {integrator}: reference against itself {StepJacobians.List(doubt)}; "
            + $"ours against it {StepJacobians.List(errors)}");

        // where a contact begins or ends within the perturbations there is no derivative
        int[] smooth = [.. Enumerable.Range(0, lanes).Where(i => doubt[i] < 1e-5)];
        Assert.True(smooth.Length >= lanes / 2, $"only {smooth.Length} states are smooth: {StepJacobians.List(doubt)}");
        Assert.All(smooth, i => Assert.True(errors[i] < 1e-5, $"lane {i}: {errors[i]:G3}"));
        StepJacobians.RequireBackwardIsTheSame(env, state, action);
    }

    [Fact]
    public void The_tangent_has_every_part_of_the_state_and_each_moves_the_step()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(Robots.Data("workshop.xml"), Robots.Data("workshop.task.json"));
        var (state, action) = (MuJoCoEnvs.Moving(env, 2, 6), MuJoCoEnvs.Actions(env, 2, 30));
        // 6 joints and 3 activations
        Assert.Equal((15, 15), (env.Spec.State.Size, env.Chart.TangentSize));
        Assert.Equal(
            ["muscle activation", "filter activation", "integrator activation"],
            env.Spec.State.Dimensions.Skip(12).Select(d => d.Name));
        var jacobians = ((IJacobianEnv)env).Linearize(state, action);
        for (int i = 0; i < 15; i++)
            Assert.True(jacobians.State.select(2, i).abs().max().item<double>() > 1e-6, $"column {i}");
        Assert.True(jacobians.Action.abs().amax(1).min().item<double>() > 1e-9);
        // an activation is driven by its control, a filter toward it with its time constant
        double decay = Math.Exp(-3 * 0.004 / 0.03);
        Assert.Equal(decay, jacobians.State[0, 13, 13].item<double>(), 0.03);
        Assert.Equal(1 - decay, jacobians.Action[0, 13, 2].item<double>(), 0.03);
    }

    [Fact]
    public void An_activation_at_the_end_of_its_range_has_the_inward_derivative()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(Robots.Data("workshop.xml"), Robots.Data("workshop.task.json"));
        var (state, action) = (MuJoCoEnvs.Start(env, 1), MuJoCoEnvs.Actions(env, 1, 3));
        Tensor Column(double activation) =>
            ((IJacobianEnv)env).Linearize(Robots.With(state, 12, activation), action).State.select(2, 12);
        // a muscle starts with activation 0, below which another law holds
        StepJacobians.Close(Column(1e-4), Column(0), 1e-3);
        StepJacobians.Close(Column(1 - 1e-4), Column(1), 1e-3);
        Assert.True(Column(0).norm().item<double>() > 0.01);
    }

    [Fact]
    public void A_mocap_pose_is_part_of_the_state_and_stays_what_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(Robots.Data("puppet.xml"), Robots.Data("puppet.task.json"));
        // 7 + 4 positions, 6 + 3 velocities, 3 + 4 of the handle
        Assert.Equal((27, 24), (env.Spec.State.Size, env.Chart.TangentSize));
        Assert.Equal("handle quaternion w", env.Spec.State.Dimensions[23].Name);
        var (state, action) = (MuJoCoEnvs.Start(env, 2), MuJoCoEnvs.Actions(env, 2, 3));
        // the keyframe's pose
        Assert.Equal([0.1, 0, 1, 1, 0, 0, 0], MuJoCoEnvs.Numbers(state.narrow(1, 20, 7)).Take(7));
        var step = env.Step(state, action);
        Assert.True(MuJoCoEnvs.Same(state.narrow(1, 20, 7), step.NextState.narrow(1, 20, 7)));
        var moved = env.Step(Robots.With(state, 20, 0.15, 0, 1, 0.8, 0.6, 0, 0), action);
        Assert.False(MuJoCoEnvs.Same(moved.NextState.narrow(1, 0, 7), step.NextState.narrow(1, 0, 7)));

        var jacobian = ((IJacobianEnv)env).Linearize(state, action).State;
        var own = jacobian.narrow(1, 18, 6).narrow(2, 18, 6);
        Assert.True(torch.allclose(own, torch.eye(6, dtype: Double).expand_as(own), atol: 1e-8));
        Assert.True(jacobian.narrow(1, 9, 9).narrow(2, 18, 6).abs().amax(1).min().item<double>() > 1e-4);
    }

    [Theory]
    [InlineData("timestep=\"0.004\"", "timestep=\"0.004\" solver=\"PGS\"", "solver PGS")]
    [InlineData("timestep=\"0.004\"", "timestep=\"0.004\" solver=\"CG\"", "solver CG")]
    [InlineData("timestep=\"0.004\"", "timestep=\"0.004\" noslip_iterations=\"3\"", "noslip solver")]
    public void Where_the_solver_stops_early_there_are_no_gradients(string from, string to, string why)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new HostFolder();
        using var env = Robots.Variant(folder, "workshop", from, to);
        Assert.Equal(GradientKind.None, env.Spec.Gradient.Kind);
        var (state, action) = (MuJoCoEnvs.Start(env, 1), MuJoCoEnvs.Actions(env, 1, 3));
        var refusal = Assert.Throws<MbMixException>(() => ((IJacobianEnv)env).Linearize(state, action));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        using var wanted = Robots.Variant(folder, "workshop", from, to, "env.differenceAnySolver=true");
        Assert.Equal(GradientKind.FiniteDifference, wanted.Spec.Gradient.Kind);
    }
}
