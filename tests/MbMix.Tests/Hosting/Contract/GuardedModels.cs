using MbMix.Tests.Support;
using Mutants;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>Mistakes of a dynamics model are one line that names its plugin, also when an algorithm uses it.</summary>
public sealed class GuardedModels
{
    private const string Plugin = $"plugin MbMix.Tests.Plugin ({MutantPlugin.Model})";

    public static TheoryData<ModelMistake, string> Mistakes => new()
    {
        { ModelMistake.SpecIsNull, "Spec: null came; expected a description." },
        { ModelMistake.OtherId, "Id in Spec: 'test/another-v1' came; expected the registered 'test/mutant-model-v1'." },
        { ModelMistake.ProbesMissing, "Probes in Spec: 0 came; expected 1 or more, because the model asks for projected derivatives." },
        { ModelMistake.PredictsTooLittle, "result of Predict: float32 [4, 1] came; expected float32 [4, 2]." },
        { ModelMistake.PredictsFloat64, "result of Predict: float64 [4, 2] came; expected float32 [4, 2]." },
        { ModelMistake.PredictsNull, "result of Predict: null came; expected float32 [4, 2]." },
        { ModelMistake.ReachesParameters, "result of Predict: a gradient history came; expected none" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_line_that_names_the_plugin(ModelMistake mistake, string line)
    {
        using var host = new MutantHost();
        var e = Assert.Throws<MbMixException>(() => Use(host, mistake));
        Assert.StartsWith($"{Plugin}: {line}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_is_warned_of_once()
    {
        using var host = new MutantHost();
        Use(host, ModelMistake.LossIsNan);
        string warning = Assert.Single(host.Warnings);
        Assert.Contains($"{Plugin}: result of Fit: a loss of NaN came", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prediction_that_is_not_finite_is_warned_of_once()
    {
        using var host = new MutantHost();
        Use(host, ModelMistake.PredictsNan);
        string warning = Assert.Single(host.Warnings);
        Assert.Contains($"{Plugin}: result of Predict: a number that is not finite came", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_is_changed_in_place_is_warned_of_once()
    {
        using var host = new MutantHost();
        Use(host, ModelMistake.ChangesItsBatch);
        Assert.Equal(
            $"{Plugin}: Fit: a changed NextState came; expected a batch as it was, because the caller owns it.",
            Assert.Single(host.Warnings));
    }

    /// <summary>A mistake without a test would go unnoticed.</summary>
    [Fact]
    public void Every_mistake_has_a_test()
    {
        ModelMistake[] certified =
            [ModelMistake.DetachedFromAction, ModelMistake.LearnsNothing, ModelMistake.SaveCannotBeRead, ModelMistake.LoadReadsLess, ModelMistake.SaveForgets];
        var tested = Mistakes.Select(row => row.Data.Item1).Concat(certified)
            .Concat([ModelMistake.None, ModelMistake.LossIsNan, ModelMistake.PredictsNan, ModelMistake.ChangesItsBatch]);
        Assert.Equal(Enum.GetValues<ModelMistake>(), tested.Order());
    }

    [Fact]
    public void The_sound_model_trains_with_an_algorithm()
    {
        using var host = new MutantHost();
        host.Train("mbmix", $"model.mistake={ModelMistake.None}", MutantPlugin.Model);
        Assert.Empty(host.Warnings);
    }

    private static void Use(MutantHost host, ModelMistake mistake)
    {
        using var scope = torch.NewDisposeScope();
        using var workers = new MbMix.Hosting.WorkerPool(1);
        using var env = host.Sessions.CreateEnvironment(MutantPlugin.Environment, [], workers);
        using var model = host.Sessions.CreateModel(MutantPlugin.Model, [$"model.mistake={mistake}"], env, seed: 1);
        var state = env.Reset([.. Enumerable.Range(0, 4).Select(i => new LaneKey(1, i, 0))]);
        var action = torch.zeros(4, 1);
        using (torch.no_grad())
        {
            var next = env.Step(state, action).NextState;
            for (int i = 0; i < 3; i++) model.Fit(new TransitionBatch(state, action, next));
        }
        model.Predict(state, action).Dispose();
        model.Predict(state.requires_grad_(true), action).Dispose();
    }
}
