using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Model.Ensemble;

/// <summary>
/// Several networks, each of which predicts mean and deviation of the whitened change of state,
/// <c>s' = Integrate(s, center + scale * (mean + deviation * noise))</c> (Chua et al. 2018, arXiv 1805.12114; Janner et
/// al. 2019, arXiv 1906.08253).
/// </summary>
/// <remarks>
/// Members differ in their initial weights, in the transitions that they hold out and in the order in which they see
/// the others. Weights are kept between trainings; whitening is computed anew from all data by each of them. The limits
/// of the log variance are constants.
/// </remarks>
internal sealed class ProbabilisticEnsemble : IProbabilisticModel
{
    private const int ObserveEvery = 16, PreparedRows = 8192;

    // a prediction far outside the data would otherwise feed itself
    private const double LargestInput = 10;

    private readonly ProbabilisticEnsembleOptions options;
    private readonly IStateChart chart;
    private readonly IWorkers? workers;
    private readonly torch.ScalarType stateType;
    private readonly LogVariance variances;
    private readonly EnsembleMember[] members;
    private readonly MlpEnsemble networks;
    private readonly TrainingRows rows;
    private readonly Whitening inputs, change;
    private int[] elites;
    private long epochs, fits;

    public ProbabilisticEnsemble(ProbabilisticEnsembleOptions options, ModelContext context)
    {
        var (spec, chart) = (context.Env.Spec, context.Env.Chart);
        (this.options, this.chart, workers, stateType) = (options, chart, context.Workers, spec.StateType);
        int inputSize = chart.FeatureSize + spec.Action.Size, outputSize = 2 * chart.TangentSize;
        Spec = new ModelSpec
        {
            Id = EnsembleModelPlugin.Id,
            Learned = true,
            MinimumTransitions = options.MinimumTransitions,
            TapeBytes = (long)MemoryEstimate.TapeBytes(options.Hidden),
        };
        var memory = new MemoryEstimate();
        for (int k = 0; k < options.Members; k++)
            memory.AddNetwork("model.hidden", inputSize, options.Hidden, outputSize);
        memory.Require(("model.hidden", options.Hidden.Max()), ("model.members", options.Members));
        variances = new LogVariance(options.LowestLogVariance, options.HighestLogVariance);
        var mlp = new Mlp(inputSize, options.Hidden, outputSize, options.Activation, layerNorm: false);
        var loss = new GaussianLoss(variances, chart.TangentSize);
        members =
        [
            .. Enumerable.Range(0, options.Members)
                .Select(k => new EnsembleMember(mlp, options, loss, chart.TangentSize, context.Seed, k)),
        ];
        networks = new MlpEnsemble(mlp, [.. members.Select(m => m.Parameters)], workers);
        rows = new TrainingRows(inputSize, chart.TangentSize);
        inputs = Whitening.OfRowsAlone(inputSize);
        change = Whitening.OfRowsAlone(chart.TangentSize);
        elites = [.. Enumerable.Range(0, options.Members)];
    }

    public ModelSpec Spec { get; }

    public int Members => members.Length;

    public IReadOnlyList<int> Elites => elites;

    public Tensor Predict(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        long count = state.size(0);
        var each = new long[elites.Length * count];
        for (int i = 0; i < each.Length; i++) each[i] = elites[i / count];
        var outputs = networks.Forward(Input(state, action).repeat(elites.Length, 1), each);
        var mean = outputs.narrow(1, 0, chart.TangentSize).view(elites.Length, count, chart.TangentSize).mean([0]);
        return Moved(state, change.Restore(mean)).MoveToOuterDisposeScope();
    }

    public Tensor Predict(Tensor state, Tensor action, int member)
    {
        using var scope = torch.NewDisposeScope();
        var each = new long[state.size(0)];
        Array.Fill(each, member);
        var mean = networks.Forward(Input(state, action), each).narrow(1, 0, chart.TangentSize);
        return Moved(state, change.Restore(mean)).MoveToOuterDisposeScope();
    }

    public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise)
    {
        using var scope = torch.NewDisposeScope();
        if (members.dtype != torch.ScalarType.Int64 || members.dim() != 1)
            throw new MbMixException($"Members of type {members.dtype} came; expected Int64 [{state.size(0)}].");
        if (noise.dim() != 2 || noise.size(0) != state.size(0) || noise.size(1) != chart.TangentSize)
        {
            throw new MbMixException(
                $"Noise of shape [{string.Join(", ", noise.shape)}] came; "
                + $"expected [{state.size(0)}, {chart.TangentSize}].");
        }
        var outputs = networks.Forward(Input(state, action), members.contiguous().Values<long>());
        var draw = new SampledChange(variances, change.Mean, change.Scale);
        return Moved(state, draw.Apply(outputs, noise.to(torch.ScalarType.Float32))[0]).MoveToOuterDisposeScope();
    }

    public ModelTrainingReport Train(
        TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken)
    {
        Prepare(data);
        inputs.Clear();
        change.Clear();
        inputs.Add(rows.Inputs);
        change.Add(rows.Targets);
        Whiten();
        ForMembers(member =>
        {
            member.Divide(first, rows.Count);
            member.Begin(networks, rows);
        });
        int epoch = 0;
        for (int patience = options.Patience; epoch < maxEpochs && patience > 0; epoch++)
        {
            long number = epochs++;
            int improved = 0;
            ForMembers(member =>
            {
                if (member.Epoch(networks, rows, number, cancellationToken)) Interlocked.Increment(ref improved);
            });
            cancellationToken.ThrowIfCancellationRequested();
            patience = improved > 0 ? options.Patience : patience - 1;
        }
        ForMembers(member => member.End(networks));
        elites =
        [
            .. Enumerable.Range(0, members.Length).OrderBy(k => members[k].KeptError).Take(options.Elites),
        ];
        return new ModelTrainingReport(
            epoch, members.Sum(m => m.Updates) / members.Length, elites.Average(k => members[k].KeptError));
    }

    public FitReport Fit(TransitionBatch batch)
    {
        Prepare(batch);
        if (fits++ % ObserveEvery == 0)
        {
            inputs.Add(rows.Inputs);
            change.Add(rows.Targets);
        }
        Whiten();
        (float[] input, float[] target) = (rows.Inputs.ToArray(), rows.Targets.ToArray());
        var reports = new (double Loss, double SquaredError)[members.Length];
        ForMembers((member, k) => reports[k] = member.Step(networks, input, target, report: true));
        return new FitReport(reports.Average(r => r.Loss), reports.Average(r => r.SquaredError), 0);
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<int>("elites", elites);
        writer.Write<long>("counts", [epochs, fits]);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        for (int k = 0; k < members.Length; k++) networks.Refresh(k);
        elites = reader.Read<int>("elites");
        var counts = reader.Read<long>("counts");
        (epochs, fits) = (counts[0], counts[1]);
    }

    public void Dispose()
    {
        networks.Dispose();
        foreach (var member in members) member.Dispose();
        inputs.Dispose();
        change.Dispose();
    }

    /// <summary>Whether a member holds out a row, by the row's index since training began.</summary>
    internal bool HoldsOut(int member, long row) => members[member].IsHeldOut(row);

    /// <summary>The rows that a member held out at the last training.</summary>
    internal IReadOnlyList<int> HeldOutRows(int member) => members[member].HeldOut;

    /// <summary>The rows that a member was trained on.</summary>
    internal IReadOnlyList<int> TrainedRows(int member) => members[member].Training;

    private IEnumerable<(string Name, ICheckpointed Part)> Parts =>
    [
        .. members.SelectMany((member, k) => new (string, ICheckpointed)[]
        {
            (FormattableString.Invariant($"network-{k}"), member.Parameters),
            (FormattableString.Invariant($"adam-{k}"), member.Optimizer),
        }),
        ("inputs", inputs), ("change", change),
    ];

    private Tensor Input(Tensor state, Tensor action) =>
        inputs.Normalize(RawInput(state, action)).clamp(-LargestInput, LargestInput);

    private Tensor RawInput(Tensor state, Tensor action)
    {
        var features = chart.Features(state).to(torch.ScalarType.Float32);
        return torch.cat([features, action.to(torch.ScalarType.Float32)], 1);
    }

    private Tensor Moved(Tensor state, Tensor tangent) => chart.Integrate(state, tangent.to(state.dtype));

    // computes inputs and targets of a batch, not yet whitened
    private void Prepare(TransitionBatch batch)
    {
        using var noGrad = torch.no_grad();
        int count = (int)batch.State.size(0), tangentSize = chart.TangentSize, inputSize = networks.Network.Inputs;
        rows.Resize(count);
        for (int begin = 0; begin < count; begin += PreparedRows)
        {
            using var scope = torch.NewDisposeScope();
            int part = Math.Min(PreparedRows, count - begin);
            var state = batch.State.narrow(0, begin, part).to(stateType);
            var next = batch.NextState.narrow(0, begin, part).to(stateType);
            RawInput(state, batch.Action.narrow(0, begin, part))
                .CopyTo(rows.Inputs.Slice(begin * inputSize, part * inputSize));
            chart.Difference(state, next).CopyTo(rows.Targets.Slice(begin * tangentSize, part * tangentSize));
        }
    }

    private void Whiten()
    {
        Whiten(rows.Inputs, inputs, (float)LargestInput);
        Whiten(rows.Targets, change, float.PositiveInfinity);
    }

    private static void Whiten(Span<float> values, Whitening whitening, float largest)
    {
        ReadOnlySpan<float> mean = whitening.Mean.Values<float>(), reciprocal = whitening.Reciprocal.Values<float>();
        for (int at = 0; at < values.Length; at += mean.Length)
        {
            for (int i = 0; i < mean.Length; i++)
                values[at + i] = Math.Clamp((values[at + i] - mean[i]) * reciprocal[i], -largest, largest);
        }
    }

    private void ForMembers(Action<EnsembleMember> body) => ForMembers((member, _) => body(member));

    // members share nothing that changes, so each may train on a thread of its own
    private void ForMembers(Action<EnsembleMember, int> body)
    {
        if (workers is not null)
        {
            workers.Run(members.Length, k => body(members[k], k));
            return;
        }
        for (int k = 0; k < members.Length; k++) body(members[k], k);
    }
}
