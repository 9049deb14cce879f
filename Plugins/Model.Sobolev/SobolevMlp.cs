using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Model.Sobolev;

/// <summary>
/// The dynamics model of MB-MIX: a network for the whitened change of state, trained on values and derivatives,
/// <c>s' = Integrate(s, mean + scale * f(Features(s), a))</c>.
/// </summary>
/// <remarks>
/// Loss (Zhang et al. 2025, the model loss J_M): value error + alpha * derivative error. Our choices where the paper is silent: both terms are mean
/// squares in whitened coordinates, because un-squared norms have a singular gradient at 0; derivatives are matched along random
/// directions v, <c>v·dS^'/dS</c> against <c>v·dS'/dS</c> (Czarnecki et al. 2017), because that is unbiased for squares and costs two
/// passes instead of one per state component.
/// </remarks>
internal sealed class SobolevMlp : IDynamicsModel
{
    public const string Id = "mbmix/sobolev-mlp-v1";

    private const int ObserveEvery = 16;

    private readonly SobolevMlpOptions options;
    private readonly IStateChart chart;
    private readonly torch.ScalarType stateType;
    private readonly BoundMlp network;
    private readonly ParameterSet parameters;
    private readonly Adam adam;
    private readonly Whitening features;
    private readonly Whitening actions;
    private readonly Whitening change;
    private readonly Whitening spread; // of states, in tangent coordinates about the first one seen
    private float[] origin = [];
    private long fits;

    public SobolevMlp(SobolevMlpOptions options, ModelContext context)
    {
        var spec = context.Env.Spec;
        this.options = options;
        chart = context.Env.Chart;
        stateType = spec.StateType;
        bool derivatives = options.Alpha > 0 && options.Derivatives != DerivativeTargets.None;
        Spec = new ModelSpec
        {
            Id = Id,
            Learned = true,
            Derivatives = derivatives ? options.Derivatives : DerivativeTargets.None,
            Probes = derivatives ? options.Probes : 0,
            MinimumTransitions = options.MinimumTransitions,
        };
        var mlp = new Mlp(chart.FeatureSize + spec.Action.Size, options.Hidden, chart.TangentSize, options.Activation, options.LayerNorm);
        parameters = new ParameterSet(mlp.Parameters());
        network = new BoundMlp(mlp, parameters, context.Workers);
        mlp.Initialize(parameters, Initialization.Uniform, new CounterRandom(context.Seed, "sobolev-mlp/weights"));
        adam = new Adam(parameters);
        features = new Whitening(chart.FeatureSize);
        actions = new Whitening(spec.Action.Size);
        change = new Whitening(chart.TangentSize);
        spread = new Whitening(chart.TangentSize);
    }

    public ModelSpec Spec { get; }

    public Tensor Predict(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        var input = torch.cat([Seen(state), Acted(action)], 1);
        return chart.Integrate(state, change.Restore(network.Forward(input, train: false)).to(state.dtype)).MoveToOuterDisposeScope();
    }

    public FitReport Fit(TransitionBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        Tensor s = batch.State.to(stateType), a = batch.Action, next = batch.NextState.to(stateType);
        Tensor moved, truth;
        using (torch.no_grad())
        {
            moved = chart.Difference(s, next);
            Observe(s, a, moved);
            truth = change.Normalize(moved.to(torch.ScalarType.Float32));
        }

        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var pass = network.Record(torch.cat([Seen(s), Acted(a)], 1));
        var valueError = (pass.Output - truth).square().mean();
        bool derivatives = Spec.Derivatives != DerivativeTargets.None && batch.Directions is not null;
        var derivativeError = derivatives ? DerivativeError(s, moved, next, pass, batch) : torch.zeros([]);
        var loss = derivatives ? valueError + (options.Alpha * derivativeError) : valueError;
        Backward.Run(loss);
        adam.Step(options.LearningRate, options.MaxGradientNorm);
        return new FitReport(loss.item<float>(), valueError.item<float>(), derivativeError.item<float>());
    }

    public void Save(ICheckpointWriter writer)
    {
        parameters.Save(writer.Section("network"));
        adam.Save(writer.Section("adam"));
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<float>("origin", origin);
        writer.Write<long>("fits", [fits]);
    }

    public void Load(ICheckpointReader reader)
    {
        parameters.Load(reader.Section("network"));
        adam.Load(reader.Section("adam"));
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        origin = reader.Read<float>("origin");
        fits = reader.Read<long>("fits")[0];
    }

    public void Dispose()
    {
        network.Dispose();
        parameters.Dispose();
        foreach (var (_, part) in Parts) part.Dispose();
    }

    private (string Name, Whitening Part)[] Parts => [("features", features), ("actions", actions), ("change", change), ("spread", spread)];

    /// <summary>What the network sees of states, whitened.</summary>
    private Tensor Seen(Tensor state) => features.Normalize(chart.Features(state).to(torch.ScalarType.Float32));

    private Tensor Acted(Tensor action) => actions.Normalize(action.to(torch.ScalarType.Float32));

    /// <summary>Takes a batch into the whitening statistics, now and then: they hardly move after the first few thousand transitions.</summary>
    private void Observe(Tensor s, Tensor a, Tensor moved)
    {
        if (fits++ % ObserveEvery != 0) return;
        if (origin.Length == 0)
        {
            origin = new float[s.shape[1]];
            s[0].CopyTo(origin);
        }
        var about = TensorSpans.From(origin, 1, origin.Length).to(stateType).expand(s.shape);
        features.Add(chart.Features(s));
        actions.Add(a);
        change.Add(moved);
        spread.Add(chart.Difference(about, s));
    }

    /// <summary>
    /// Mean square of <c>v·(dS^'/dx - dS'/dx)</c> over the entries of x = (state, action), each column in units of the spread of its input.
    /// Directions come in units of one over the spread of the change, which whitens the rows.
    /// </summary>
    /// <remarks>
    /// With s' = s + c(s, a) in the chart's sense, v·dS'/dS is v·A + (v·B)·dC/dS and v·dS'/dA is (v·B)·dC/dA, where A and B are the derivatives of the
    /// sum in its two arguments. They are taken at the true change, where they are data, so that what is differentiated twice is the network alone. In
    /// flat coordinates A = B = 1; elsewhere both tend to the model's own as it learns.
    /// </remarks>
    private Tensor DerivativeError(Tensor s, Tensor moved, Tensor next, MlpPass pass, TransitionBatch batch)
    {
        var errors = new List<Tensor>();
        for (int k = 0; k < batch.Directions!.shape[1]; k++)
        {
            var v = batch.Directions.select(1, k);
            var (byState, byChange) = Split(s, moved, next, v);
            var through = pass.Pullback(byChange * change.Scale);
            var ofFeatures = features.Reciprocal * through.narrow(1, 0, chart.FeatureSize);
            var ofState = chart.FeaturesPullback(s, ofFeatures.to(stateType)).to(torch.ScalarType.Float32);
            var ofActed = through.narrow(1, chart.FeatureSize, through.shape[1] - chart.FeatureSize);
            errors.Add((ofState - (batch.StateProducts!.select(1, k) - byState)) * spread.Scale);
            // the action is whitened with the same scale
            errors.Add(ofActed - (batch.ActionProducts!.select(1, k) * actions.Scale));
        }
        return torch.cat(errors, 1).square().mean();
    }

    /// <summary>v·A and v·B, without history.</summary>
    private (Tensor ByState, Tensor ByChange) Split(Tensor s, Tensor moved, Tensor next, Tensor v)
    {
        if (chart is EuclideanChart) return (v, v);
        using var grad = torch.enable_grad();
        Tensor displacement = torch.zeros(moved.shape, dtype: stateType, requires_grad: true), added = moved.detach().requires_grad_(true);
        var tangent = chart.Difference(next, chart.Integrate(chart.Integrate(s, displacement), added));
        Backward.Run([tangent], [v.to(stateType).contiguous()], [displacement, added]);
        return (displacement.grad!.detach().to(torch.ScalarType.Float32), added.grad!.detach().to(torch.ScalarType.Float32));
    }
}
