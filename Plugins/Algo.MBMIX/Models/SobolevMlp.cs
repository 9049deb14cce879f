using MbMix.Learning;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Algo.MBMIX;

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

    private readonly SobolevMlpOptions options;
    private readonly IStateChart chart;
    private readonly torch.ScalarType stateType;
    private readonly Mlp network;
    private readonly ParameterSet parameters;
    private readonly Adam adam;
    private readonly Whitening features;
    private readonly Whitening actions;
    private readonly Whitening change;
    private readonly Whitening spread; // of states, in tangent coordinates about the first one seen
    private float[] origin = [];

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
        network = new Mlp(chart.FeatureSize + spec.Action.Size, options.Hidden, chart.TangentSize, options.Activation, options.LayerNorm);
        parameters = new ParameterSet(network.Parameters());
        network.Initialize(parameters, Initialization.Uniform, new CounterRandom(context.Seed, "sobolev-mlp/weights"));
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
        return Predict(state, action, parameters.Frozen).MoveToOuterDisposeScope();
    }

    public FitReport Fit(TransitionBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        Tensor s = batch.State.to(stateType), a = batch.Action, next = batch.NextState.to(stateType);
        var truth = Observe(s, a, next);

        // the state is displaced by a tangent of zero: the derivative with respect to it is the one in tangent coordinates
        bool derivatives = Spec.Derivatives != DerivativeTargets.None && batch.Directions is not null;
        var displacement = torch.zeros([s.shape[0], chart.TangentSize], dtype: stateType, requires_grad: derivatives);
        var control = a.detach().requires_grad_(derivatives);
        var predicted = Predict(chart.Integrate(s, displacement), control, parameters.Trainable);
        var tangent = chart.Difference(s, predicted).to(torch.ScalarType.Float32);

        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var valueError = (change.Normalize(tangent) - truth).square().mean();
        var derivativeError = derivatives ? DerivativeError(predicted, displacement, control, batch) : torch.zeros([]);
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
    }

    public void Load(ICheckpointReader reader)
    {
        parameters.Load(reader.Section("network"));
        adam.Load(reader.Section("adam"));
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        origin = reader.Read<float>("origin");
    }

    public void Dispose()
    {
        parameters.Dispose();
        foreach (var (_, part) in Parts) part.Dispose();
    }

    private (string Name, Whitening Part)[] Parts => [("features", features), ("actions", actions), ("change", change), ("spread", spread)];

    private Tensor Predict(Tensor state, Tensor action, ReadOnlySpan<Tensor> weights)
    {
        var seen = features.Normalize(chart.Features(state).to(torch.ScalarType.Float32));
        var input = torch.cat([seen, actions.Normalize(action.to(torch.ScalarType.Float32))], 1);
        return chart.Integrate(state, change.Restore(network.Forward(input, weights)).to(state.dtype));
    }

    /// <summary>Takes a batch into the whitening statistics and gives the whitened true change.</summary>
    private Tensor Observe(Tensor s, Tensor a, Tensor next)
    {
        using var noGrad = torch.no_grad();
        var difference = chart.Difference(s, next).to(torch.ScalarType.Float32);
        if (origin.Length == 0)
        {
            origin = new float[s.shape[1]];
            s[0].CopyTo(origin);
        }
        var about = TensorSpans.From(origin, 1, origin.Length).to(stateType).expand(s.shape);
        features.Add(chart.Features(s));
        actions.Add(a);
        change.Add(difference);
        spread.Add(chart.Difference(about, s));
        return change.Normalize(difference);
    }

    /// <summary>
    /// Mean square of <c>v·(dS^'/dx - dS'/dx)</c> over the entries of x = (state, action), each column in units of the spread of its input.
    /// Directions come in units of one over the spread of the change, which whitens the rows.
    /// </summary>
    private Tensor DerivativeError(Tensor predicted, Tensor displacement, Tensor control, TransitionBatch batch)
    {
        var tangent = chart.Difference(predicted.detach(), predicted);
        var errors = new List<Tensor>();
        for (int k = 0; k < batch.Directions!.shape[1]; k++)
        {
            var v = batch.Directions.select(1, k).to(tangent.dtype);
            var products = torch.autograd.grad([tangent], [displacement, control], [v], retain_graph: true, create_graph: true);
            errors.Add((products[0].to(torch.ScalarType.Float32) - batch.StateProducts!.select(1, k)) * spread.Scale);
            errors.Add((products[1] - batch.ActionProducts!.select(1, k)) * actions.Scale);
        }
        return torch.cat(errors, 1).square().mean();
    }
}
