using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>The environment meters the work it does: each simulation once, and nothing for what it has kept.</summary>
public sealed class MuJoCoMeter
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    // the reacher has 8 tangent coordinates and 2 actions, each perturbed in both directions
    private const int Tangent = 8;
    private const int Jacobian = 2 * (Tangent + 2);

    [Fact]
    public void Forward_work_is_counted_in_steps_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5");
        var state = MuJoCoEnvs.Start(env, 3);
        env.Observe(state, torch.zeros([3, 2], Double));
        AssertCosts(env, forward: 0, backward: 0, pullbacks: 0, differencing: 0);
        env.Step(state, MuJoCoEnvs.Actions(env, 3, 0));
        AssertCosts(env, forward: 3, backward: 0, pullbacks: 0, differencing: 0);
        Assert.Equal(0, Costs(env).BackwardSeconds);
    }

    [Fact]
    public void Differences_of_an_observation_are_counted_too()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5");
        var state = MuJoCoEnvs.Start(env, 3).requires_grad_(true);
        var observation = env.Observe(state, torch.zeros([3, 2], Double));
        Backward.Run(observation.sum(), retainGraph: true);
        AssertCosts(env, forward: 0, backward: 0, pullbacks: 0, differencing: 3 * Jacobian);
        double seconds = Costs(env).BackwardSeconds;
        Assert.True(seconds > 0);

        // the node keeps its Jacobians
        Backward.Run(observation.sum());
        AssertCosts(env, forward: 0, backward: 0, pullbacks: 0, differencing: 3 * Jacobian);
        Assert.True(Costs(env).BackwardSeconds > seconds);
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(0, 4)]
    public void What_the_cache_holds_costs_no_differencing(int megabytes, int times)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5", [$"env.jacobianCache={megabytes}"]);
        var jacobians = (IJacobianEnv)env;
        Tensor state = MuJoCoEnvs.Start(env, 3), action = MuJoCoEnvs.Actions(env, 3, 0);
        jacobians.Linearize(state, action);
        AssertCosts(env, forward: 0, backward: 0, pullbacks: 3 * Tangent, differencing: 3 * Jacobian);
        jacobians.Linearize(state, action);
        jacobians.Pullback(state, action, torch.ones([3, 5, Tangent], Double));
        Backward.Run(env.Step(state.requires_grad_(true), action).Reward.sum());
        AssertCosts(
            env,
            forward: 3,
            backward: 3,
            pullbacks: (2 * 3 * Tangent) + (3 * 5),
            differencing: times * 3 * Jacobian);
    }

    [Fact]
    public void Only_what_is_simulated_is_counted()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5");
        Tensor state = MuJoCoEnvs.Start(env, 3), action = MuJoCoEnvs.Actions(env, 3, 0);
        state[0, 4] = double.NaN; // invalid, so there is nothing to difference
        action[1, 0] = 1.5; // clipped, so this component is not perturbed
        Backward.Run(env.Step(state.requires_grad_(true), action).Reward.nan_to_num().sum());
        AssertCosts(env, forward: 3, backward: 3, pullbacks: 0, differencing: (Jacobian - 2) + Jacobian);
    }

    [Fact]
    public void Formulas_on_predicted_states_simulate_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var env = (IPredictiveEnv)MuJoCoEnvs.Make("mujoco/hopper-v5");
        Tensor state = MuJoCoEnvs.Start(env, 3).requires_grad_(true), action = MuJoCoEnvs.Actions(env, 3, 0);
        Backward.Run(env.Evaluate(state, action, state).Reward.sum() + env.Observe(state, action).sum());
        AssertCosts(env, forward: 0, backward: 0, pullbacks: 0, differencing: 0);
        Assert.True(Costs(env).BackwardSeconds > 0);
    }

    private static EnvCosts Costs(IDifferentiableEnv env) => ((IMeteredEnv)env).Costs;

    private static void AssertCosts(
        IDifferentiableEnv env, long forward, long backward, long pullbacks, long differencing)
    {
        var costs = Costs(env);
        Assert.Equal(
            (forward, backward, pullbacks, differencing),
            (costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps));
    }
}
