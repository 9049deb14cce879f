using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Mutants;

/// <summary>
/// A linear model of the change of the state, fitted by gradient descent. It is sound but for one mistake.
/// </summary>
public sealed class MutantModel : IDynamicsModel
{
    private const double Rate = 0.1;

    private readonly ModelMistake mistake;
    private readonly ModelSpec? spec;
    private readonly IStateChart chart;
    private readonly Tensor weights;
    private long fits;

    public MutantModel(ModelMistake mistake, ModelContext context)
    {
        this.mistake = mistake;
        chart = context.Env.Chart;
        spec = mistake == ModelMistake.SpecIsNull ? null : new ModelSpec
        {
            Id = mistake == ModelMistake.OtherId ? "test/another-v1" : MutantPlugin.Model,
            Learned = true,
            MinimumTransitions = 16,
            Derivatives = mistake == ModelMistake.ProbesMissing ? DerivativeTargets.Projected : DerivativeTargets.None,
        };
        int inputs = chart.FeatureSize + context.Env.Spec.Action.Size + 1;
        float start = 0.001f * (((context.Seed % 7) + 7) % 7);
        weights = torch.full([inputs, chart.TangentSize], start).DetachFromDisposeScope();
        if (mistake == ModelMistake.ReachesParameters) weights.requires_grad_(true);
    }

    public ModelSpec Spec => spec!;

    public Tensor Predict(Tensor state, Tensor action)
    {
        if (mistake == ModelMistake.PredictsNull) return null!;
        using var scope = torch.NewDisposeScope();
        var used = mistake == ModelMistake.DetachedFromAction ? action.detach() : action;
        var change = Inputs(state, used).matmul(weights).to(state.dtype);
        var next = chart.Integrate(state, change);
        next = mistake switch
        {
            ModelMistake.PredictsTooLittle => next.narrow(1, 0, 1).clone(),
            ModelMistake.PredictsFloat64 => next.@double(),
            ModelMistake.PredictsNan => next * double.NaN,
            _ => next,
        };
        return next.MoveToOuterDisposeScope();
    }

    public FitReport Fit(TransitionBatch batch)
    {
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (mistake == ModelMistake.ChangesItsBatch) batch.NextState.add_(0.5);
        var inputs = Inputs(batch.State, batch.Action);
        var error = inputs.matmul(weights) - chart.Difference(batch.State, batch.NextState).to(torch.ScalarType.Float32);
        if (mistake != ModelMistake.LearnsNothing) weights.sub_(inputs.t().matmul(error) * (Rate / batch.State.shape[0]));
        fits++;
        double loss = mistake == ModelMistake.LossIsNan ? double.NaN : error.square().mean().item<float>();
        return new FitReport(loss, loss, 0);
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write("weights", weights);
        if (mistake != ModelMistake.SaveForgets) writer.Write<long>("fits", [fits]);
    }

    public void Load(ICheckpointReader reader)
    {
        if (mistake == ModelMistake.SaveForgets) return;
        if (mistake == ModelMistake.SaveCannotBeRead) reader.Read<float>("fits");
        using var quiet = torch.no_grad();
        reader.ReadInto("weights", weights);
        if (mistake != ModelMistake.LoadReadsLess) fits = reader.Read<long>("fits")[0];
    }

    public void Dispose() => weights.Dispose();

    private Tensor Inputs(Tensor state, Tensor action)
    {
        var features = chart.Features(state).to(torch.ScalarType.Float32);
        return torch.cat([features, action.to(torch.ScalarType.Float32), torch.ones(state.shape[0], 1)], 1);
    }
}
