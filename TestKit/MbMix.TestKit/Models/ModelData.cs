using MbMix.Learning;

namespace MbMix.TestKit;

/// <summary>
/// Transitions of an environment to train and test a model on: start states, displaced a little, under random actions,
/// with derivatives along directions if the model asks for them.
/// </summary>
internal sealed class ModelData
{
    private const int Batches = 16;

    private readonly IDifferentiableEnv env;
    private readonly ModelSpec spec;
    private readonly int rows;
    private readonly double[] spread;
    private readonly TransitionBatch[] batches;

    public ModelData(IDifferentiableEnv env, ModelSpec spec, int rows)
    {
        (this.env, this.spec, this.rows) = (env, spec, rows);
        var (state, _, next) = Transitions(Batches + 1);
        using (torch.no_grad())
        {
            var change = env.Chart.Difference(state, next).to(torch.ScalarType.Float64);
            spread = change.std(0, unbiased: false).data<double>().ToArray();
        }
        batches = [.. Enumerable.Range(0, Batches).Select(draw => Make(draw, spec))];
    }

    /// <summary>Training data: a few batches in turn.</summary>
    public TransitionBatch Batch(int k) => batches[k % Batches];

    /// <summary>
    /// Mean squared errors on transitions that are not among the batches, relative to the spread of each coordinate: of
    /// the change, and of its derivatives along random directions.
    /// </summary>
    public (double Value, double Derivative) Errors(IDynamicsModel model)
    {
        bool gradients = env.Spec.Gradient.Kind != GradientKind.None;
        using var scope = torch.NewDisposeScope();
        var test = Make(Batches, spec with
        {
            Derivatives = gradients ? DerivativeTargets.Projected : DerivativeTargets.None,
            Probes = 1,
        });
        var chart = env.Chart;
        var scale = torch.tensor(spread).clamp_min(1e-6);
        var displacement = torch.zeros([rows, chart.TangentSize], env.Spec.StateType, requires_grad: true);
        var control = test.Action.detach().clone().requires_grad_(true);
        var next = model.Predict(chart.Integrate(test.State, displacement), control);
        var predicted = chart.Difference(test.NextState, next);
        double value = (predicted.detach() / scale).square().mean().to(torch.ScalarType.Float64).item<double>();
        if (test.Directions is null) return (value, double.NaN);
        var direction = test.Directions.select(1, 0).to(predicted.dtype).contiguous();
        Backward.Run([predicted], [direction], [displacement, control]);
        using var noGrad = torch.no_grad();
        Tensor byState = displacement.grad ?? torch.zeros_like(displacement);
        Tensor byAction = control.grad ?? torch.zeros_like(control);
        Tensor[] wrong = [byState - test.StateProducts!.select(1, 0), byAction - test.ActionProducts!.select(1, 0)];
        return (value, torch.cat(wrong, 1).to(torch.ScalarType.Float64).square().mean().item<double>());
    }

    private TransitionBatch Make(int draw, ModelSpec wanted)
    {
        var (state, action, next) = Transitions(draw);
        int t = env.Chart.TangentSize, probes = ProbeDirections.Count(wanted, t);
        if (probes == 0) return new TransitionBatch(state, action, next);
        var directions = TensorSpans.Empty(rows, probes, t);
        var random = new CounterRandom(9, "directions");
        ProbeDirections.Fill(directions.Values<float>(), wanted.Derivatives, spread, random, draw);
        var (ofState, ofAction) = EnvJacobians.Pullback(env, state, action, directions.to(env.Spec.StateType));
        return new TransitionBatch(
            state, action, next, directions, ofState.to(torch.ScalarType.Float32),
            ofAction.to(torch.ScalarType.Float32));
    }

    private (Tensor State, Tensor Action, Tensor Next) Transitions(int draw)
    {
        using var noGrad = torch.no_grad();
        LaneKey[] keys = [.. Enumerable.Range(0, rows).Select(lane => new LaneKey(21, lane, draw))];
        var moves = new CounterRandom(9, "moves").NormalTensor(draw, rows, env.Chart.TangentSize) * 0.3;
        var state = env.Chart.Integrate(env.Reset(keys), moves.to(env.Spec.StateType));
        var unit = (new CounterRandom(9, "actions").UniformTensor(draw, rows, env.Spec.Action.Size) * 2) - 1;
        var action = Probes.Scale(env, unit);
        return (state, action, env.Step(state, action).NextState);
    }
}
