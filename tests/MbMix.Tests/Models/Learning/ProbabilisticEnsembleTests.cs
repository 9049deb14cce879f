using MbMix.Model.Ensemble;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Learning;

/// <summary>Networks that predict means and deviations, trained on all transitions.</summary>
public sealed class ProbabilisticEnsembleTests
{
    private const double Noise = 0.1;

    [Theory]
    [InlineData(-20, -9.99995)]
    [InlineData(0, -0.47400)]
    [InlineData(20, 0.50003)]
    public void The_log_variance_is_clamped_softly(float raw, double expected)
    {
        var clamp = new LogVariance(-10, 0.5);
        Assert.Equal(expected, clamp.Clamp(raw), 1e-5);
        var (value, slope) = clamp.Variance(System.Runtime.Intrinsics.Vector256.Create(raw));
        var (one, itsSlope) = clamp.Variance(raw);
        Assert.Equal(one, value[0], 1e-6);
        Assert.Equal(itsSlope, slope[0], 1e-6);
    }

    [Fact]
    public void The_gradient_of_the_loss_is_that_of_differences()
    {
        const int size = 11;
        var loss = new GaussianLoss(new LogVariance(-10, 0.5), size);
        var random = new CounterRandom(1, "test");
        float[] outputs = new float[2 * size], targets = new float[size], gradient = new float[2 * size];
        random.Normal(outputs, 0);
        random.Normal(targets, 1);
        loss.Gradient(outputs, targets, 1f / size, gradient);
        for (int i = 0; i < outputs.Length; i++)
        {
            float[] high = [.. outputs], low = [.. outputs];
            high[i] += 1e-2f;
            low[i] -= 1e-2f;
            double expected = (loss.Sum(high, targets).Loss - loss.Sum(low, targets).Loss) / size / (high[i] - low[i]);
            Assert.Equal(expected, gradient[i], 1e-3 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void It_learns_deviations_and_disagrees_outside_the_data()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var model = Make(env, new() { Members = 4, Elites = 3, Hidden = [32, 32] });
        // the change is 2 s + noise, whatever the action
        var data = Data(20000);
        var report = model.Train(data, 0, 40, CancellationToken.None);
        Assert.InRange(report.Epochs, 6, 40);
        Assert.InRange(report.Updates, report.Epochs * 61, report.Epochs * 64);
        // the squared error, which decides when to stop, settles before the deviation does
        for (int i = 0; i < 4; i++) model.Train(data, 0, 40, CancellationToken.None);
        Assert.Equal(3, model.Elites.Distinct().Count());

        const int draws = 20000;
        Tensor state = torch.full(draws, 1, 0.5f), action = torch.zeros(draws, 1);
        var members = torch.full(draws, model.Elites[0], torch.ScalarType.Int64);
        var noise = new CounterRandom(5, "draws").NormalTensor(0, draws, 1);
        var samples = model.Sample(state, action, members, noise);
        double deviation = samples.std().item<float>(), mean = samples.mean().item<float>();
        Assert.InRange(deviation, 0.9 * Noise, 1.1 * Noise);
        Assert.Equal(1.5, mean, 0.03);
        // noise 1 moves a sample by one deviation, not by a variance
        var (zero, one) = (torch.zeros(1, 1), torch.ones(1, 1));
        double step = (Draw(one) - Draw(zero)).item<float>();
        Assert.InRange(step, 0.9 * Noise, 1.1 * Noise);

        Assert.True(Disagreement(4f) > 4 * Disagreement(0.5f));

        Tensor Draw(Tensor of) => model.Sample(state[..1], action[..1], members[..1], of);
        double Disagreement(float at)
        {
            float[] means =
            [
                .. Enumerable.Range(0, model.Members).Select(k => model.Predict(
                    torch.full(1, 1, at), torch.zeros(1, 1), k).item<float>()),
            ];
            return means.Max() - means.Min();
        }
    }

    [Fact]
    public void A_component_that_never_changes_gives_finite_numbers()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var model = Make(env, new() { Members = 2, Elites = 2, Hidden = [8] });
        Tensor state = torch.full(600, 1, 7f), action = torch.zeros(600, 1);
        var report = model.Train(new TransitionBatch(state, action, state + 1), 0, 10, CancellationToken.None);
        Assert.True(double.IsFinite(report.HeldOutError));
        var next = model.Predict(state[..3], action[..3]);
        for (int i = 0; i < 3; i++) Assert.Equal(8, next[i, 0].item<float>(), 0.05);
    }

    [Fact]
    public void Each_row_follows_the_member_that_it_names_and_is_differentiable()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = Make(env, new() { Members = 3, Elites = 2, Hidden = [16, 16] });
        int rows = 150;
        var state = env.Reset([.. Enumerable.Range(0, rows).Select(lane => new LaneKey(1, lane, 0))]);
        var action = new CounterRandom(3, "actions").UniformTensor(0, rows, 1);
        model.Train(new TransitionBatch(state, action, env.Step(state, action).NextState.detach()), 0, 3, CancellationToken.None);
        var members = torch.tensor([.. Enumerable.Range(0, rows).Select(i => (long)(i * i % 3))]);
        var none = torch.zeros(rows, env.Chart.TangentSize);
        float[] sampled = model.Sample(state, action, members, none).Values<float>().ToArray();
        for (int k = 0; k < 3; k++)
        {
            float[] alone = model.Predict(state, action, k).Values<float>().ToArray();
            for (int i = 0; i < rows; i++)
            {
                if (i * i % 3 == k) Assert.Equal(alone[(i * 4)..((i + 1) * 4)], sampled[(i * 4)..((i + 1) * 4)]);
            }
        }
        var mean = (model.Predict(state, action, model.Elites[0]) + model.Predict(state, action, model.Elites[1])) / 2;
        Assert.True(torch.allclose(mean, model.Predict(state, action), 1e-5, 1e-5));

        var noise = new CounterRandom(4, "noise").NormalTensor(0, rows, env.Chart.TangentSize);
        Tensor s = state.detach().clone().requires_grad_(true), a = action.detach().clone().requires_grad_(true);
        Backward.Run(model.Sample(s, a, members, noise).square().sum());
        foreach (var (argument, index) in new[] { (s, 2L), (a, 0L) })
        {
            var step = torch.zeros_like(argument);
            step[7, index] = 1e-2f;
            double high = Squares(step), low = Squares(-step);
            Assert.Equal((high - low) / 2e-2, argument.grad![7, index].item<float>(), 2e-2);
            double Squares(Tensor by) => model.Sample(
                ReferenceEquals(argument, s) ? state + by : state, ReferenceEquals(argument, a) ? action + by : action,
                members, noise)[7].square().sum().item<float>();
        }
    }

    [Fact]
    public void A_row_that_is_held_out_stays_held_out_however_many_are_added()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var model = Make(env, new() { Members = 2, Elites = 2, Hidden = [8] });
        var heldOut = new HashSet<long>[2];
        for (int k = 0; k < 2; k++)
        {
            heldOut[k] = [.. Enumerable.Range(0, 2000).Select(i => (long)i).Where(i => model.HoldsOut(k, i))];
            Assert.InRange(heldOut[k].Count, 340, 460);
        }
        Assert.False(heldOut[0].SetEquals(heldOut[1]));
        // the same rows after more have come, and after the oldest are gone
        var data = Data(1500);
        foreach (var (first, count) in new[] { (0, 900), (0, 1500), (300, 1200) })
        {
            var part = new TransitionBatch(data.State[first..], data.Action[first..], data.NextState[first..]);
            part = new(part.State[..count], part.Action[..count], part.NextState[..count]);
            model.Train(part, first, 1, CancellationToken.None);
            for (int k = 0; k < 2; k++)
            {
                Assert.Equal(
                    heldOut[k].Where(i => i >= first && i < first + count), model.HeldOutRows(k).Select(i => (long)first + i));
                Assert.Equal(
                    Enumerable.Range(0, count), model.HeldOutRows(k).Concat(model.TrainedRows(k)).Order());
            }
        }
    }

    [Fact]
    public void The_best_weights_are_kept_and_training_goes_on_bit_for_bit()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using ProbabilisticEnsemble straight = Make(env, Small), resumed = Make(env, Small);
        var data = Data(900);
        var first = straight.Train(data, 0, 8, CancellationToken.None);
        var checkpoint = new LearningCheckpoint();
        straight.Save(checkpoint);
        resumed.Load(checkpoint);
        Assert.Equal(straight.Elites, resumed.Elites);
        Assert.Equal(straight.Train(data, 0, 8, CancellationToken.None), resumed.Train(data, 0, 8, CancellationToken.None));
        Tensor state = torch.linspace(-1, 1, 20).view(20, 1), action = torch.zeros(20, 1);
        for (int k = 0; k < straight.Members; k++)
        {
            Assert.Equal(
                straight.Predict(state, action, k).Values<float>().ToArray(),
                resumed.Predict(state, action, k).Values<float>().ToArray());
        }
        // each training starts from the weights that the last one kept, on the same rows
        Assert.True(straight.Train(data, 0, 1, CancellationToken.None).HeldOutError <= 1.01 * first.HeldOutError);
    }

    [Fact]
    public void Threads_do_not_change_the_weights()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var pool = new Hosting.WorkerPool(3);
        using ProbabilisticEnsemble alone = Make(env, Small), shared = Make(env, Small, workers: pool);
        var data = Data(600);
        Assert.Equal(alone.Train(data, 0, 3, CancellationToken.None), shared.Train(data, 0, 3, CancellationToken.None));
        Assert.Equal(alone.Fit(data), shared.Fit(data));
        Tensor state = torch.linspace(-1, 1, 200).view(200, 1), action = torch.zeros(200, 1);
        Assert.Equal(
            alone.Predict(state, action).Values<float>().ToArray(), shared.Predict(state, action).Values<float>().ToArray());
    }

    [Fact]
    public void A_linear_system_has_the_jacobians_that_it_should()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var model = Make(env, new() { Members = 2, Elites = 2, Hidden = [32, 32], WeightDecay = [0] });
        var random = new CounterRandom(8, "linear");
        Tensor state = (random.UniformTensor(0, 3000, 1) * 2) - 1, action = (random.UniformTensor(1, 3000, 1) * 2) - 1;
        var next = (0.8 * state) + (0.5 * action) + (0.01 * random.NormalTensor(2, 3000, 1));
        for (int i = 0; i < 4; i++) model.Train(new TransitionBatch(state, action, next), 0, 40, CancellationToken.None);
        Tensor s = (state[..50] * 0.7).requires_grad_(true), a = (action[..50] * 0.7).requires_grad_(true);
        Backward.Run(model.Predict(s, a).sum());
        Assert.Equal(0.8, s.grad!.mean().item<float>(), 0.016);
        Assert.Equal(0.5, a.grad!.mean().item<float>(), 0.01);
    }

    private static ProbabilisticEnsembleOptions Small => new() { Members = 3, Elites = 2, Hidden = [16, 16], BatchSize = 64 };

    private static ProbabilisticEnsemble Make(
        IDifferentiableEnv env, ProbabilisticEnsembleOptions options, long seed = 1, IWorkers? workers = null) =>
        new(options, new ModelContext { Env = env, Seed = seed, Workers = workers, Logger = NullLogger.Instance });

    private static TransitionBatch Data(int count)
    {
        var random = new CounterRandom(2, "data");
        Tensor state = (random.UniformTensor(0, count, 1) * 2) - 1, action = (random.UniformTensor(1, count, 1) * 2) - 1;
        return new TransitionBatch(state, action, (3 * state) + (Noise * random.NormalTensor(2, count, 1)));
    }
}
