using MbMix.Learning;

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

    /// <summary>Trains on transitions of a replay buffer, as <see cref="ReplayedTraining.Train"/>.</summary>
    public ModelTrainingReport Train(
        TransitionReplay replay, Func<Tensor, Tensor> toEnvironment, int maxEpochs, int maxRows,
        CancellationToken cancellationToken) =>
        ensemble?.Train(replay, toEnvironment, maxEpochs, maxRows, cancellationToken)
        ?? new ModelTrainingReport(0, 0, double.NaN);
}
