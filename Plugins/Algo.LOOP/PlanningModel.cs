namespace MbMix.Algo.LOOP;

/// <summary>
/// The model that the planner rolls out: a probabilistic ensemble, or a model that is not learned, which then is its
/// own and only member.
/// </summary>
internal sealed class PlanningModel(IDynamicsModel model)
{
    private readonly IProbabilisticModel? ensemble = model as IProbabilisticModel;

    /// <summary>Members that predict, at least one.</summary>
    public IReadOnlyList<int> Elites => ensemble?.Elites ?? [0];

    /// <summary>Transitions to collect before it is trained and used.</summary>
    public int MinimumTransitions => model.Spec.MinimumTransitions;

    /// <summary>Draws next states <c>[B, S]</c>, as <see cref="IProbabilisticModel.Sample"/>.</summary>
    public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise) =>
        ensemble is null ? model.Predict(state, action) : ensemble.Sample(state, action, members, noise);

    /// <summary>Trains on all transitions, as <see cref="IProbabilisticModel.Train"/>.</summary>
    public ModelTrainingReport Train(
        TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken) =>
        ensemble?.Train(data, first, maxEpochs, cancellationToken) ?? new ModelTrainingReport(0, 0, double.NaN);
}
