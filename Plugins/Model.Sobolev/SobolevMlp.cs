using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Model.Sobolev;

/// <summary>
/// The dynamics model of MB-MIX: a network f that predicts the whitened change of state and is trained on values and
/// derivatives, <c>s' = Integrate(s, mean + scale * f(Features(s), a))</c>.
/// </summary>
/// <remarks>
/// The loss is J_M of the paper (Zhang et al. 2025): value error + alpha * derivative error. Where the paper is silent,
/// we chose the following. Both terms are mean squares in whitened coordinates, because norms that are not squared have
/// a singular gradient at 0. Derivatives are matched along random directions v, <c>v·dS^'/dS</c> against
/// <c>v·dS'/dS</c> (Czarnecki et al. 2017), because this is unbiased for squares and takes two passes instead of one
/// per state component.
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
            TapeBytes = (long)MemoryEstimate.TapeBytes(options.Hidden),
        };
        new MemoryEstimate()
            .AddNetwork(
                "model.hidden", chart.FeatureSize + spec.Action.Size, options.Hidden, chart.TangentSize)
            .Require(("model.hidden", options.Hidden.Max()));
        var mlp = new Mlp(
            chart.FeatureSize + spec.Action.Size, options.Hidden, chart.TangentSize, options.Activation,
            options.LayerNorm);
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
        var input = torch.cat([StateInput(state), ActionInput(action)], 1);
        return chart.Integrate(state, change.Restore(network.Forward(input, train: false)).to(state.dtype))
            .MoveToOuterDisposeScope();
    }

    public FitReport Fit(TransitionBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        Tensor s = batch.State.to(stateType), a = batch.Action, next = batch.NextState.to(stateType);
        Tensor stateChange, truth;
        using (torch.no_grad())
        {
            stateChange = chart.Difference(s, next);
            Observe(s, a, stateChange);
            truth = change.Normalize(stateChange.to(torch.ScalarType.Float32));
        }

        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var pass = network.Record(torch.cat([StateInput(s), ActionInput(a)], 1));
        var valueError = (pass.Output - truth).square().mean();
        bool derivatives = Spec.Derivatives != DerivativeTargets.None && batch.Directions is not null;
        var derivativeError = derivatives ? DerivativeError(s, stateChange, next, pass, batch) : torch.zeros([]);
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

    private (string Name, Whitening Part)[] Parts =>
        [("features", features), ("actions", actions), ("change", change), ("spread", spread)];

    /// <summary>Computes the network's state input: the whitened features of the state.</summary>
    private Tensor StateInput(Tensor state) => features.Normalize(chart.Features(state).to(torch.ScalarType.Float32));

    /// <summary>Computes the network's action input: the whitened action.</summary>
    private Tensor ActionInput(Tensor action) => actions.Normalize(action.to(torch.ScalarType.Float32));

    /// <summary>
    /// Adds every sixteenth batch to the whitening statistics, which hardly change after the first few thousand
    /// transitions.
    /// </summary>
    private void Observe(Tensor s, Tensor a, Tensor stateChange)
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
        change.Add(stateChange);
        spread.Add(chart.Difference(about, s));
    }

    /// <summary>
    /// Computes the mean square of <c>v·(dS^'/dx - dS'/dx)</c> over the entries of x = (state, action). Each column is
    /// in units of the spread of its input. The directions v are already divided by the spread of the change, which
    /// whitens the rows.
    /// </summary>
    /// <remarks>
    /// Write s' = s + c(s, a), where the chart defines the addition, and let A and B be the derivatives of this sum
    /// with respect to its two arguments. Then v·dS'/dS is v·A + (v·B)·dC/dS, and v·dS'/dA is (v·B)·dC/dA. A and B are
    /// evaluated at the true change, where they are constants, so that only the network is differentiated twice. In
    /// flat coordinates A = B = 1; otherwise A and B approach those of the model as it learns.
    /// </remarks>
    private Tensor DerivativeError(Tensor s, Tensor stateChange, Tensor next, MlpPass pass, TransitionBatch batch)
    {
        var errors = new List<Tensor>();
        for (int k = 0; k < batch.Directions!.shape[1]; k++)
        {
            var v = batch.Directions.select(1, k);
            var (byState, byChange) = Split(s, stateChange, next, v);
            var through = pass.Pullback(byChange * change.Scale);
            var ofFeatures = features.Reciprocal * through.narrow(1, 0, chart.FeatureSize);
            var ofState = chart.FeaturesPullback(s, ofFeatures.to(stateType)).to(torch.ScalarType.Float32);
            var ofActions = through.narrow(1, chart.FeatureSize, through.shape[1] - chart.FeatureSize);
            errors.Add((ofState - (batch.StateProducts!.select(1, k) - byState)) * spread.Scale);
            // the derivative by the whitened action is already in units of the action's spread
            errors.Add(ofActions - (batch.ActionProducts!.select(1, k) * actions.Scale));
        }
        return torch.cat(errors, 1).square().mean();
    }

    /// <summary>Computes v·A and v·B, without gradient history.</summary>
    private (Tensor ByState, Tensor ByChange) Split(Tensor s, Tensor stateChange, Tensor next, Tensor v)
    {
        if (chart is EuclideanChart) return (v, v);
        using var grad = torch.enable_grad();
        Tensor displacement = torch.zeros(stateChange.shape, dtype: stateType, requires_grad: true),
            added = stateChange.detach().requires_grad_(true);
        var tangent = chart.Difference(next, chart.Integrate(chart.Integrate(s, displacement), added));
        Backward.Run([tangent], [v.to(stateType).contiguous()], [displacement, added]);
        return (
            displacement.grad!.detach().to(torch.ScalarType.Float32),
            added.grad!.detach().to(torch.ScalarType.Float32));
    }
}
