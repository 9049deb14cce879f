using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>The point mass, which can also evaluate steps that a model has predicted.</summary>
internal sealed class LearningPredictiveMass(torch.ScalarType type = torch.ScalarType.Float32)
    : LearningPointMass(type), IPredictiveEnv
{
    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        using var scope = torch.NewDisposeScope();
        var a = action.clamp(-2, 2);
        Tensor x = nextState.narrow(1, 0, 1), v = nextState.narrow(1, 1, 1);
        var reward = -((x * x) + (0.1 * v * v) + (0.001 * a * a)).squeeze(1);
        var ended = x.detach().abs().squeeze(1) > Wall;
        return new Outcome(
            Observe(nextState, a).MoveToOuterDisposeScope(), reward.MoveToOuterDisposeScope(),
            ended.MoveToOuterDisposeScope());
    }
}
