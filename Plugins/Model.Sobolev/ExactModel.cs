using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Model.Sobolev;

/// <summary>
/// The environment as its own dynamics model: nothing is learned, and predictions and their derivatives are exact. It
/// is a control that separates what model rollouts gain from what an imperfect model costs.
/// </summary>
internal sealed class ExactModel(ModelContext context) : IDynamicsModel
{
    public const string Id = "mbmix/exact-v1";

    public ModelSpec Spec { get; } = new() { Id = Id, Learned = false };

    public torch.Tensor Predict(torch.Tensor state, torch.Tensor action)
    {
        var step = EnvMeter.Step(context.Env, state, action);
        step.Observation.Dispose();
        step.Reward.Dispose();
        step.Terminated.Dispose();
        step.Fault.Dispose();
        return step.NextState;
    }

    public FitReport Fit(TransitionBatch batch) => default;

    public void Save(ICheckpointWriter writer)
    {
    }

    public void Load(ICheckpointReader reader)
    {
    }

    public void Dispose()
    {
    }
}
