using TorchSharp;

namespace MbMix.Tests.Plugin;

internal sealed class StillModel(StillOptions options) : IDynamicsModel
{
    public ModelSpec Spec { get; } = new() { Id = "test/still-v1", Learned = false, Derivatives = options.Derivatives };

    public torch.Tensor Predict(torch.Tensor state, torch.Tensor action) => state.alias();

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
