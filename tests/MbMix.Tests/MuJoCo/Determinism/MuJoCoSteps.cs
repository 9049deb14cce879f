using MbMix.Hosting;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Determinism;

/// <summary>
/// State and action alone determine a step, bit for bit: it does not matter what was simulated before, where, or beside
/// what.
/// </summary>
public sealed class MuJoCoSteps
{
    public static TheoryData<string> Names => new(MuJoCoEnvs.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_state_continues_as_if_nothing_had_happened(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        var saved = MuJoCoEnvs.Moving(env, 3, 4);
        byte[] bytes = saved.bytes.ToArray();
        Tensor[] Run(Tensor from)
        {
            var first = env.Step(from, MuJoCoEnvs.Actions(env, 3, 10));
            var second = env.Step(first.NextState, MuJoCoEnvs.Actions(env, 3, 11));
            return
            [
                first.NextState,
                first.Observation,
                first.Reward,
                second.NextState,
                second.Observation,
                second.Reward,
            ];
        }
        var expected = Run(saved);
        MuJoCoEnvs.Moving(env, 5, 7);
        var restored = torch.empty(saved.shape, torch.ScalarType.Float64);
        bytes.CopyTo(restored.bytes);
        Assert.All(expected.Zip(Run(restored)), pair => Assert.True(MuJoCoEnvs.Same(pair.First, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Neighbors_order_and_workers_change_no_bit(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var two = new WorkerPool(2);
        using IDifferentiableEnv alone = MuJoCoEnvs.Make(id), shared = MuJoCoEnvs.Make(id, workers: two);
        const int lanes = 9;
        var (state, action) = (MuJoCoEnvs.Moving(alone, lanes, 3), MuJoCoEnvs.Actions(alone, lanes, 20));
        var (next, gradients) = Differentiated(alone, state, action);
        var (nextOfTwo, gradientsOfTwo) = Differentiated(shared, state, action);
        Assert.True(MuJoCoEnvs.Same(next, nextOfTwo));
        Assert.All(gradients.Zip(gradientsOfTwo), pair => Assert.True(MuJoCoEnvs.Same(pair.First, pair.Second)));
        for (int lane = lanes - 1; lane >= 0; lane -= 3)
        {
            var (one, ofOne) = Differentiated(shared, state.narrow(0, lane, 1), action.narrow(0, lane, 1));
            Assert.True(MuJoCoEnvs.Same(next.narrow(0, lane, 1), one));
            Assert.All(
                gradients.Zip(ofOne), pair => Assert.True(MuJoCoEnvs.Same(pair.First.narrow(0, lane, 1), pair.Second)));
        }
    }

    private static (Tensor Next, Tensor[] Gradients) Differentiated(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None) return (env.Step(state, action).NextState, []);
        Tensor s = state.detach().clone().requires_grad_(true), a = action.detach().clone().requires_grad_(true);
        var step = env.Step(s, a);
        Backward.Run(step.NextState.square().sum() + step.Observation.sum() + step.Reward.sum());
        return (step.NextState, [s.grad!, a.grad!]);
    }
}
