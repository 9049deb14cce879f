using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Gradient;

public sealed class VectorJacobianSweepsTests
{
    [Fact]
    public void Sweeps_give_the_closed_form_of_a_linear_system()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        var random = new CounterRandom(1, "probe");
        Tensor state = random.NormalTensor(0, 5, 2), action = random.NormalTensor(1, 5, 1).clamp(-1.5, 1.5), v = random.NormalTensor(2, 5, 3, 2);
        var (ds, da) = VectorJacobianSweeps.VectorJacobian(env, state, action, v);
        // x' = x + 0.1 v' , v' = v + 0.1 a
        var a = tensor(new[,] { { 1f, 0.1f }, { 0f, 1f } });
        var b = tensor(new[,] { { 0.01f }, { 0.1f } });
        Assert.True(allclose(ds, v.matmul(a), 1e-5, 1e-6));
        Assert.True(allclose(da, v.matmul(b), 1e-5, 1e-6));
        Assert.False(ds.requires_grad || da.requires_grad);
    }

    [Fact]
    public void Wrong_cotangents_and_environments_without_gradients_are_refused()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        Assert.Contains("[5, K, 2]", Assert.Throws<MbMixException>(() => VectorJacobianSweeps.VectorJacobian(env, zeros(5, 2), zeros(5, 1), zeros(5, 2))).Message);
        using var flat = new LearningPointMass { Gradient = GradientCapability.None };
        Assert.Contains("no gradients", Assert.Throws<MbMixException>(() => VectorJacobianSweeps.VectorJacobian(flat, zeros(5, 2), zeros(5, 1), zeros(5, 1, 2))).Message);
    }
}
