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

    public FitReport Fit(TransitionBatch batch) => Fit(batch, 1);

    public FitReport Fit(TransitionBatch batch, int steps)
    {
        using var scope = torch.NewDisposeScope();
        var targets = Prepare(batch, steps);
        double value = 0, derivative = 0;
        for (int k = 0; k < steps; k++)
        {
            using var own = torch.NewDisposeScope();
            var (valueError, derivativeError) = Step(targets, k * targets.Rows, members[fits++ % members.Length]);
            (value, derivative) = (value + valueError, derivative + derivativeError);
        }
        (value, derivative) = (value / steps, derivative / steps);
        return new FitReport(value + (options.Alpha * derivative), value, derivative);
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

    /// <summary>Computes what all steps share: inputs and targets in whitened coordinates.</summary>
    private Targets Prepare(TransitionBatch batch, int steps)
    {
        using var noGrad = torch.no_grad();
        Tensor s = batch.State.to(stateType), a = batch.Action, next = batch.NextState.to(stateType);
        int rows = (int)(s.size(0) / steps);
        var stateChange = chart.Difference(s, next);
        for (int k = 0; k < steps; k++)
            if ((fits + k) % ObserveEvery == 0) Observe(Part(s, k), Part(a, k), Part(stateChange, k));
        var input = torch.cat([StateInput(s), ActionInput(a)], 1);
        var truth = change.Normalize(stateChange.to(torch.ScalarType.Float32));
        if (Spec.Derivatives == DerivativeTargets.None || batch.Directions is not { } directions)
            return new Targets(s, rows, input, truth, []);

        var probes = new Probe[directions.size(1)];
        for (int k = 0; k < probes.Length; k++)
        {
            var (byState, byChange) = Split(s, stateChange, next, directions.select(1, k));
            probes[k] = new Probe(
                byChange * change.Scale,
                batch.StateProducts!.select(1, k) - byState,
                batch.ActionProducts!.select(1, k) * actions.Scale);
        }
        return new Targets(s, rows, input, truth, probes);

        Tensor Part(Tensor of, int k) => of.narrow(0, (long)k * rows, rows);
    }

    /// <summary>Trains a member on some rows.</summary>
    /// <returns>The errors before the step.</returns>
    private (double Value, double Derivative) Step(Targets targets, long first, Member member)
    {
        // J_M = |s^' - s'|^2 + alpha (|dS^'/dS - dS'/dS|^2 + |dS^'/dA - dS'/dA|^2)
        var pass = member.Network.Record(targets.Input.narrow(0, first, targets.Rows));
        var difference = pass.Output.detach() - targets.Truth.narrow(0, first, targets.Rows);
        double valueError = difference.square().mean().item<float>(), derivativeError = 0;
        var products = Array.Empty<(Tensor, Tensor)>();
        if (targets.Probes.Length > 0) (derivativeError, products) = DerivativeError(pass, targets, first);
        pass.AddGradients(difference * (2.0 / difference.numel()), products);
        member.Adam.Step(options.LearningRate, options.MaxGradientNorm);
        return (valueError, derivativeError);
    }

    /// <summary>
    /// Adds a minibatch to the whitening statistics. One of sixteen suffices: they hardly change after the first few
    /// thousand transitions.
    /// </summary>
    private void Observe(Tensor s, Tensor a, Tensor stateChange)
    {
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
        MlpPass pass, Targets targets, long first)
    {
        long rows = options.DerivativeBatch == 0 ? targets.Rows : Math.Min(options.DerivativeBatch, targets.Rows);
        var s = Part(targets.State);
        int probes = targets.Probes.Length;
        Tensor[] cotangents = new Tensor[probes], products = new Tensor[probes];
        var errors = new List<Tensor>();
        for (int k = 0; k < probes; k++)
        {
            var target = targets.Probes[k];
            cotangents[k] = Part(target.Cotangents);
            var through = products[k] = pass.Pullback(cotangents[k]).detach().requires_grad_(true);
            var ofFeatures = features.Reciprocal * through.narrow(1, 0, chart.FeatureSize);
            var ofState = chart.FeaturesPullback(s, ofFeatures.to(stateType)).to(torch.ScalarType.Float32);
            var ofActions = through.narrow(1, chart.FeatureSize, through.shape[1] - chart.FeatureSize);
            errors.Add((ofState - Part(target.ByState)) * spread.Scale);
            // the derivative by the whitened action is already in units of the action's spread
            errors.Add(ofActions - Part(target.ByAction));
        }
        var mean = torch.cat(errors, 1).square().mean();
        Backward.Run(options.Alpha * mean);
        return (mean.item<float>(), [.. cotangents.Zip(products, (c, p) => (c, p.grad!))]);

        Tensor Part(Tensor of) => of.narrow(0, first, rows);
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

    /// <summary>What the network is trained on, in the order of the steps.</summary>
    /// <param name="State">States.</param>
    /// <param name="Rows">Number of rows of a step.</param>
    /// <param name="Input">Inputs of the network.</param>
    /// <param name="Truth">Its true outputs.</param>
    /// <param name="Probes">Targets of its derivatives, per direction.</param>
    private sealed record Targets(Tensor State, int Rows, Tensor Input, Tensor Truth, Probe[] Probes);

    /// <summary>Targets of derivatives along one direction per row.</summary>
    /// <param name="Cotangents">Cotangents of the network's output.</param>
    /// <param name="ByState">What remains of the product with the state's derivative.</param>
    /// <param name="ByAction">The product with the derivative by the whitened action.</param>
    private sealed record Probe(Tensor Cotangents, Tensor ByState, Tensor ByAction);

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
