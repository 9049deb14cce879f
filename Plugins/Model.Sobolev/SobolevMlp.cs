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
/// per state component. An ensemble of several networks shares data and whitening; each fit trains one of them, in
/// turn, so that they differ in their initial weights and in the minibatches that they see.
/// </remarks>
internal sealed class SobolevMlp : IEnsembleModel
{
    public const string Id = "mbmix/sobolev-mlp-v1";

    private const int ObserveEvery = 16;

    private readonly SobolevMlpOptions options;
    private readonly IStateChart chart;
    private readonly torch.ScalarType stateType;
    private readonly Member[] members;
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
        int inputs = chart.FeatureSize + spec.Action.Size;
        var memory = new MemoryEstimate();
        for (int k = 0; k < options.Members; k++)
            memory.AddNetwork("model.hidden", inputs, options.Hidden, chart.TangentSize);
        memory.Require(("model.hidden", options.Hidden.Max()), ("model.members", options.Members));
        var mlp = new Mlp(inputs, options.Hidden, chart.TangentSize, options.Activation, options.LayerNorm);
        members = [.. Enumerable.Range(0, options.Members).Select(k => new Member(mlp, context, k))];
        features = new Whitening(chart.FeatureSize);
        actions = new Whitening(spec.Action.Size);
        change = new Whitening(chart.TangentSize);
        spread = new Whitening(chart.TangentSize);
    }

    public ModelSpec Spec { get; }

    public int Members => members.Length;

    public Tensor Predict(Tensor state, Tensor action) => Predict(state, action, members);

    public Tensor Predict(Tensor state, Tensor action, int member) =>
        Predict(state, action, members.AsSpan(member, 1));

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

        var member = members[(fits - 1) % members.Length];

        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var pass = member.Network.Record(torch.cat([StateInput(s), ActionInput(a)], 1));
        var difference = pass.Output.detach() - truth;
        double valueError = difference.square().mean().item<float>(), derivativeError = 0;
        var products = Array.Empty<(Tensor, Tensor)>();
        if (Spec.Derivatives != DerivativeTargets.None && batch.Directions is not null)
            (derivativeError, products) = DerivativeError(pass, s, stateChange, batch);
        pass.AddGradients(difference * (2.0 / difference.numel()), products);
        member.Adam.Step(options.LearningRate, options.MaxGradientNorm);
        return new FitReport(valueError + (options.Alpha * derivativeError), valueError, derivativeError);
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<float>("origin", origin);
        writer.Write<long>("fits", [fits]);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        origin = reader.Read<float>("origin");
        fits = reader.Read<long>("fits")[0];
    }

    public void Dispose()
    {
        foreach (var member in members) member.Dispose();
        foreach (var part in (Whitening[])[features, actions, change, spread]) part.Dispose();
    }

    private IEnumerable<(string Name, ICheckpointed Part)> Parts =>
    [
        .. members.SelectMany(member => member.Parts),
        ("features", features), ("actions", actions), ("change", change), ("spread", spread),
    ];

    /// <summary>Integrates the change of state that some members predict on average.</summary>
    private Tensor Predict(Tensor state, Tensor action, ReadOnlySpan<Member> of)
    {
        using var scope = torch.NewDisposeScope();
        var input = torch.cat([StateInput(state), ActionInput(action)], 1);
        var output = of[0].Network.Forward(input, train: false);
        for (int k = 1; k < of.Length; k++) output += of[k].Network.Forward(input, train: false);
        if (of.Length > 1) output /= of.Length;
        return chart.Integrate(state, change.Restore(output).to(state.dtype)).MoveToOuterDisposeScope();
    }

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
    /// <returns>
    /// The mean, and the products of the network that it was computed from, each with alpha times the mean's gradient.
    /// </returns>
    /// <remarks>
    /// Write s' = s + c(s, a), where the chart defines the addition, and let A and B be the derivatives of this sum
    /// with respect to its two arguments. Then v·dS'/dS is v·A + (v·B)·dC/dS, and v·dS'/dA is (v·B)·dC/dA. A and B are
    /// evaluated at the true change, where they are constants, so that only the network is differentiated twice. In
    /// flat coordinates A = B = 1; otherwise A and B approach those of the model as it learns.
    /// </remarks>
    private (double Error, (Tensor Cotangents, Tensor DProducts)[] Products) DerivativeError(
        MlpPass pass, Tensor s, Tensor stateChange, TransitionBatch batch)
    {
        long all = s.shape[0], rows = options.DerivativeBatch == 0 ? all : Math.Min(options.DerivativeBatch, all);
        (s, stateChange) = (First(s), First(stateChange));
        var next = First(batch.NextState.to(stateType));
        int probes = (int)batch.Directions!.shape[1];
        Tensor[] cotangents = new Tensor[probes], products = new Tensor[probes];
        var errors = new List<Tensor>();
        for (int k = 0; k < probes; k++)
        {
            var v = First(batch.Directions).select(1, k);
            var (byState, byChange) = Split(s, stateChange, next, v);
            cotangents[k] = byChange * change.Scale;
            var through = products[k] = pass.Pullback(cotangents[k]).detach().requires_grad_(true);
            var ofFeatures = features.Reciprocal * through.narrow(1, 0, chart.FeatureSize);
            var ofState = chart.FeaturesPullback(s, ofFeatures.to(stateType)).to(torch.ScalarType.Float32);
            var ofActions = through.narrow(1, chart.FeatureSize, through.shape[1] - chart.FeatureSize);
            errors.Add((ofState - (First(batch.StateProducts!).select(1, k) - byState)) * spread.Scale);
            // the derivative by the whitened action is already in units of the action's spread
            errors.Add(ofActions - (First(batch.ActionProducts!).select(1, k) * actions.Scale));
        }
        var mean = torch.cat(errors, 1).square().mean();
        Backward.Run(options.Alpha * mean);
        return (mean.item<float>(), [.. cotangents.Zip(products, (c, p) => (c, p.grad!))]);

        Tensor First(Tensor of) => rows == all ? of : of.narrow(0, 0, rows);
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

    /// <summary>One network of the ensemble, with its optimizer.</summary>
    private sealed class Member : IDisposable
    {
        private readonly ParameterSet parameters;
        private readonly string suffix;

        public Member(Mlp mlp, ModelContext context, int index)
        {
            suffix = index == 0 ? "" : FormattableString.Invariant($"-{index}");
            parameters = new ParameterSet(mlp.Parameters());
            Network = new BoundMlp(mlp, parameters, context.Workers);
            mlp.Initialize(
                parameters, Initialization.Uniform, new CounterRandom(context.Seed, "sobolev-mlp/weights" + suffix));
            Adam = new Adam(parameters);
        }

        public BoundMlp Network { get; }

        public Adam Adam { get; }

        public IEnumerable<(string Name, ICheckpointed Part)> Parts =>
            [("network" + suffix, parameters), ("adam" + suffix, Adam)];

        public void Dispose()
        {
            Network.Dispose();
            parameters.Dispose();
        }
    }
}
