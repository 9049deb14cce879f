using MbMix.Hosting;
using MbMix.Model.Ensemble;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Contract;

/// <summary>A model of distributions is guarded like any other, and stays one of distributions.</summary>
public sealed class GuardedProbabilisticModels
{
    private const string Name = "plugin Acme (mbmix/ensemble-v1): ";

    [Fact]
    public void It_stays_one_and_trains()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var guarded = Guard(env, new Altered(Make(env)));
        var state = env.Reset([.. Enumerable.Range(0, 40).Select(lane => new LaneKey(1, lane, 0))]);
        var action = torch.zeros(40, 1);
        var report = guarded.Train(new TransitionBatch(state, action, state + 0.1), 0, 2, CancellationToken.None);
        Assert.Equal(2, report.Epochs);
        Assert.Equal([40, 4], guarded.Sample(state, action, torch.zeros(40, torch.ScalarType.Int64), torch.zeros(40, 4)).shape);
        Assert.Equal(2, guarded.Elites.Count);
    }

    [Fact]
    public void What_it_gives_is_checked()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var altered = new Altered(Make(env)) { Halved = true, Best = [3] };
        var guarded = Guard(env, altered);
        var state = env.Reset([new LaneKey(1, 0, 0), new LaneKey(1, 1, 0)]);
        var e = Assert.Throws<MbMixException>(() => guarded.Sample(
            state, torch.zeros(2, 1), torch.zeros(2, torch.ScalarType.Int64), torch.zeros(2, 4)));
        Assert.StartsWith(Name + "result of Sample: float32 [1, 4] came; expected float32 [2, 4].", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<MbMixException>(() => guarded.Elites);
        Assert.Equal(Name + "Elites: member 3 came; expected members from 0 to 2.", e.Message);
        altered.Best = [];
        e = Assert.Throws<MbMixException>(() => guarded.Elites);
        Assert.Equal(Name + "Elites: no member came; expected 1 or more members.", e.Message);
    }

    [Fact]
    public void A_canceled_training_is_not_blamed_on_the_plugin()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var guarded = Guard(env, new Altered(Make(env)));
        using var source = new CancellationTokenSource();
        source.Cancel();
        var state = torch.zeros(40, 4);
        Assert.Throws<OperationCanceledException>(
            () => guarded.Train(new TransitionBatch(state, torch.zeros(40, 1), state + 1), 0, 2, source.Token));
    }

    private static IProbabilisticModel Guard(IDifferentiableEnv env, IProbabilisticModel model) =>
        Assert.IsType<IProbabilisticModel>(
            GuardedModel.Wrap(model, new Boundary("Acme", EnsembleModelPlugin.Id), env.Spec, NullLogger.Instance), exactMatch: false);

    private static ProbabilisticEnsemble Make(IDifferentiableEnv env) =>
        new(new() { Hidden = [8], Members = 3, Elites = 2 }, Training.ModelContext(env));

    private sealed class Altered(ProbabilisticEnsemble inner) : IProbabilisticModel
    {
        public bool Halved { get; init; }

        public int[]? Best { get; set; }

        public ModelSpec Spec => inner.Spec;

        public int Members => inner.Members;

        public IReadOnlyList<int> Elites => Best ?? inner.Elites;

        public Tensor Predict(Tensor state, Tensor action) => inner.Predict(state, action);

        public Tensor Predict(Tensor state, Tensor action, int member) => inner.Predict(state, action, member);

        public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise)
        {
            var next = inner.Sample(state, action, members, noise);
            return Halved ? next[..1] : next;
        }

        public ModelTrainingReport Train(TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken) =>
            inner.Train(data, first, maxEpochs, cancellationToken);

        public FitReport Fit(TransitionBatch batch) => inner.Fit(batch);

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => inner.Dispose();
    }
}
