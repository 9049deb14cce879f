using MbMix.Numerics;
using MbMix.TestKit;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Gradient;

public sealed class EnvJacobiansTests
{
    [Fact]
    public void Pullbacks_have_the_closed_form_of_a_linear_system()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        var random = new CounterRandom(1, "probe");
        Tensor state = random.NormalTensor(0, 5, 2), action = random.NormalTensor(1, 5, 1).clamp(-1.5, 1.5);
        var dNext = random.NormalTensor(2, 5, 3, 2);
        var (dState, dAction) = EnvJacobians.Pullback(env, state, action, dNext);
        // x' = x + 0.1 v' , v' = v + 0.1 a
        var a = tensor(new[,] { { 1f, 0.1f }, { 0f, 1f } });
        var b = tensor(new[,] { { 0.01f }, { 0.1f } });
        Assert.True(allclose(dState, dNext.matmul(a), 1e-5, 1e-6));
        Assert.True(allclose(dAction, dNext.matmul(b), 1e-5, 1e-6));
        Assert.False(dState.requires_grad || dAction.requires_grad);
    }

    [Fact]
    public void An_environment_without_Jacobians_of_its_own_is_certified_as_well()
    {
        using var env = new LearningPointMass(ScalarType.Float64);
        Certify.Sound(JacobianCheck.Run(env, new JacobianSettings { Steps = 3 }));
        Certify.Sound(ReturnGradientCheck.Run(env));
    }

    [Fact]
    public void Wrong_cotangents_and_environments_without_gradients_are_refused()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        string Message(LearningPointMass of, Tensor dNext) =>
            Assert.Throws<MbMixException>(() => EnvJacobians.Pullback(of, zeros(5, 2), zeros(5, 1), dNext)).Message;
        Assert.Contains("[5, K, 2]", Message(env, zeros(5, 2)), StringComparison.Ordinal);
        using var without = new LearningPointMass { Gradient = GradientCapability.None };
        Assert.Contains("no gradients", Message(without, zeros(5, 1, 2)), StringComparison.Ordinal);
    }
}
