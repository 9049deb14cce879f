using MbMix.Hosting;
using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>A model of several members is guarded like any other, and stays one of several members.</summary>
public sealed class GuardedEnsembles
{
    private static readonly Boundary Boundary = new("Acme", "acme/several-v1");

    [Fact]
    public void It_stays_an_ensemble()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var three = Make(env, 3);
        var guarded = GuardedModel.Wrap(three, Boundary, env.Spec, NullLogger.Instance);
        var ensemble = Assert.IsType<IEnsembleModel>(guarded, exactMatch: false);
        Assert.Equal(3, ensemble.Members);
        var state = env.Reset([new LaneKey(1, 0, 0), new LaneKey(1, 1, 0)]);
        var action = torch.zeros(2, env.Spec.Action.Size);
        for (int k = 0; k < 3; k++)
            Assert.Equal(three.Predict(state, action, k).Values<float>().ToArray(), ensemble.Predict(state, action, k).Values<float>().ToArray());
        Assert.Equal(three.Predict(state, action).Values<float>().ToArray(), guarded.Predict(state, action).Values<float>().ToArray());
    }

    [Fact]
    public void What_a_member_predicts_is_checked()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        var guarded = (IEnsembleModel)GuardedModel.Wrap(new Halved(Make(env, 2)), Boundary, env.Spec, NullLogger.Instance);
        var state = env.Reset([new LaneKey(1, 0, 0), new LaneKey(1, 1, 0)]);
        var e = Assert.Throws<MbMixException>(() => guarded.Predict(state, torch.zeros(2, env.Spec.Action.Size), 1));
        Assert.StartsWith("plugin Acme (acme/several-v1): result of Predict: float32 [1, 4] came; expected float32 [2, 4].", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_members()
    {
        using var env = Training.CartPole();
        var e = Assert.Throws<MbMixException>(() => new Boundary("Acme", SobolevMlp.Id).Require(new Halved(Make(env, 1)) { Members = 0 }));
        Assert.Equal($"plugin Acme ({SobolevMlp.Id}): Members: 0 came; expected 1 or more.", e.Message);
    }

    private static SobolevMlp Make(IDifferentiableEnv env, int members) =>
        new(new SobolevMlpOptions { Hidden = [8], Members = members }, Training.ModelContext(env));

    private sealed class Halved(SobolevMlp inner) : IEnsembleModel
    {
        public ModelSpec Spec => inner.Spec;

        public int Members { get; init; } = 2;

        public torch.Tensor Predict(torch.Tensor state, torch.Tensor action) => inner.Predict(state, action);

        public torch.Tensor Predict(torch.Tensor state, torch.Tensor action, int member) =>
            inner.Predict(state, action, member).narrow(0, 0, 1);

        public FitReport Fit(TransitionBatch batch) => inner.Fit(batch);

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => inner.Dispose();
    }
}
