using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>A perfect model of <see cref="DriftEnv"/>, whose members differ by nothing but their noise.</summary>
internal sealed class DriftModel(double deviation = 0) : IProbabilisticModel
{
    public ModelSpec Spec { get; } = new() { Id = "test/drift-model-v1", Learned = true, MinimumTransitions = 16 };

    public int Members => 7;

    public IReadOnlyList<int> Elites { get; init; } = [5, 0, 3];

    /// <summary>What <see cref="Train"/> was called with: rows, and the index of the first.</summary>
    public List<(long Rows, long First)> Trainings { get; } = [];

    public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise)
    {
        using var scope = torch.NewDisposeScope();
        return (state + action + (noise * (members + 1).unsqueeze(1) * deviation)).MoveToOuterDisposeScope();
    }

    public Tensor Predict(Tensor state, Tensor action, int member) => state + action;

    public Tensor Predict(Tensor state, Tensor action) => state + action;

    public FitReport Fit(TransitionBatch batch) => new(0, 0, 0);

    public ModelTrainingReport Train(
        TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // what the model is trained on are transitions of the environment, in its own units
        var error = (data.State + data.Action - data.NextState).abs().max().item<float>();
        Assert.Equal(0, error, 1e-5);
        Trainings.Add((data.State.size(0), first));
        return new ModelTrainingReport(1, 1, 0);
    }

    public void Save(ICheckpointWriter writer) => writer.Write<long>("trainings", [Trainings.Count]);

    public void Load(ICheckpointReader reader) => reader.Read<long>("trainings");

    public void Dispose()
    {
    }
}
