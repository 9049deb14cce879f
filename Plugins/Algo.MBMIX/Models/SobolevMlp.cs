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
    private readonly BoundMlp network;
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
        var truth = Observe(s, a, next);

        // the state is displaced by a tangent of zero: the derivative with respect to it is the one in tangent coordinates
        bool derivatives = Spec.Derivatives != DerivativeTargets.None && batch.Directions is not null;
        var displacement = torch.zeros([s.shape[0], chart.TangentSize], dtype: stateType, requires_grad: derivatives);
        var displaced = chart.Integrate(s, displacement);
        var seen = Seen(displaced);
        var pass = network.Record(torch.cat([seen.detach(), Acted(a)], 1));
        var predicted = chart.Integrate(displaced, change.Restore(pass.Output).to(stateType));
        var tangent = chart.Difference(s, predicted).to(torch.ScalarType.Float32);

        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var valueError = (change.Normalize(tangent) - truth).square().mean();
        var derivativeError = derivatives ? DerivativeError(displacement, seen, pass, predicted, batch) : torch.zeros([]);
        var loss = derivatives ? valueError + (options.Alpha * derivativeError) : valueError;
        // towards the parameters alone: that leaves out what goes to the displacement
        using var one = torch.ones([]);
        Backward.Run([loss], [one], [parameters.Trainable[0]]);
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
        network.Dispose();
        parameters.Dispose();
        foreach (var (_, part) in Parts) part.Dispose();
    }

    private (string Name, Whitening Part)[] Parts => [("features", features), ("actions", actions), ("change", change), ("spread", spread)];

    /// <summary>What the network sees of states, whitened.</summary>
    private Tensor Seen(Tensor state) => features.Normalize(chart.Features(state).to(torch.ScalarType.Float32));

    private Tensor Acted(Tensor action) => actions.Normalize(action.to(torch.ScalarType.Float32));

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
    private Tensor DerivativeError(Tensor displacement, Tensor seen, MlpPass pass, Tensor predicted, TransitionBatch batch)
    {
        var tangent = chart.Difference(predicted.detach(), predicted);
        var errors = new List<Tensor>();
        for (int k = 0; k < batch.Directions!.shape[1]; k++)
        {
            // back from the prediction to the network's output and past the network to the state; through the network; on from what it sees
            var v = batch.Directions.select(1, k).to(tangent.dtype);
            var back = torch.autograd.grad([tangent], [pass.Output, displacement], [v], retain_graph: true, create_graph: true);
            var through = pass.Pullback(back[0]);
            var ofSeen = through.narrow(1, 0, chart.FeatureSize);
            var ofActed = through.narrow(1, chart.FeatureSize, through.shape[1] - chart.FeatureSize);
            var onward = torch.autograd.grad([seen], [displacement], [ofSeen], retain_graph: true, create_graph: true);
            var ofState = (back[1] + onward[0]).to(torch.ScalarType.Float32);
            errors.Add((ofState - batch.StateProducts!.select(1, k)) * spread.Scale);
            // the action is whitened with the same scale
            errors.Add(ofActed - (batch.ActionProducts!.select(1, k) * actions.Scale));
        }
        return torch.cat(errors, 1).square().mean();
    }
}
