using MbMix.Algo.PPO;
using MbMix.Numerics;
using MbMix.Tests.Support;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit.Learning;

/// <summary>
/// An iteration can be canceled between its parts. It stops there, and the next one begins as if the parts that were
/// given up had left nothing behind but the states of the environments.
/// </summary>
public sealed class Cancellations
{
    /// <summary>When an iteration is canceled.</summary>
    public enum Moment
    {
        /// <summary>Before it begins.</summary>
        Before,

        /// <summary>While the environments are rolled.</summary>
        Rolling,

        /// <summary>While derivatives are taken for the model.</summary>
        Modeling,

        /// <summary>While the gradient of the policy flows back.</summary>
        Differentiating,
    }

    public static TheoryData<string, Moment> Cases => new()
    {
        { "shac", Moment.Before },
        { "shac", Moment.Rolling },
        { "mbmix", Moment.Before },
        { "mbmix", Moment.Rolling },
        { "mbmix", Moment.Modeling },
        { "ppo", Moment.Before },
        { "ppo", Moment.Rolling },
        { "apg", Moment.Before },
        { "apg", Moment.Rolling },
        { "dreamerv3", Moment.Before },
        { "dreamerv3", Moment.Rolling },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_iteration_stops_between_parts_and_the_next_one_works(string algorithm, Moment moment) =>
        Check(algorithm, moment);

    [Theory]
    [InlineData("shac")]
    [InlineData("mbmix")]
    [InlineData("apg")]
    public void A_gradient_that_was_given_up_is_forgotten(string algorithm) => Check(algorithm, Moment.Differentiating);

    [Fact]
    public void Ppo_stops_between_its_passes()
    {
        using var source = new CancellationTokenSource();
        var workers = new CountingWorkers();
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun("ppo", 1, env, workers, options => ((PpoOptions)options).Hidden = [64]);
        run.Trace(1);
        int whole = workers.Calls;

        // five passes of four minibatches each, which alone are large enough to be shared
        Assert.Equal(20, whole);
        workers.OnCall = calls =>
        {
            if (calls == whole + 10) source.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => run.Optimizer.Iterate(source.Token));

        // the third pass was finished, the fourth not begun
        Assert.Equal(whole + 12, workers.Calls);
        var report = run.Optimizer.Iterate(CancellationToken.None);
        Assert.All(report.Metrics, m => Assert.True(double.IsFinite(m.Value), m.Name));
    }

    private static void Check(string algorithm, Moment moment)
    {
        using var canceled = new Interrupted();
        using var run = new LearningRun(algorithm, 1, canceled.Env);
        run.Trace(3);
        var before = run.Save();
        int stepsOfAWindow = canceled.Steps / 3;
        using (var source = new CancellationTokenSource())
        {
            canceled.At(moment, source);
            Assert.ThrowsAny<OperationCanceledException>(() => run.Optimizer.Iterate(source.Token));
        }

        // not a step of the next window was taken, and what comes after the moment was not done
        Assert.Equal(4 * stepsOfAWindow, canceled.Steps);
        var after = run.Save();
        Assert.All(before.Entries.Keys.Where(Network), name => Assert.Equal(before.Entries[name], after.Entries[name]));

        // a training that starts from the state as it is now has nothing else to remember
        using var other = new Interrupted();
        using var fresh = new LearningRun(algorithm, 1, other.Env);
        fresh.Load(after);
        string trace = run.Trace(3);
        Assert.Equal(fresh.Trace(3), trace);

        static bool Network(string name) =>
            name.StartsWith("algorithm/", StringComparison.Ordinal)
            && new[] { "actor", "critic", "network" }.Any(part => name.Contains(part, StringComparison.Ordinal));
    }

    /// <summary>A point mass that cancels an iteration.</summary>
    private sealed class Interrupted : IDisposable
    {
        private Moment? moment;
        private CancellationTokenSource? source;

        public Interrupted()
        {
            var mass = new LearningPredictiveMass();
            Env = new AlteredEnv(mass)
            {
                OnStep = (state, action) =>
                {
                    Steps++;
                    CancelAt(Moment.Rolling);
                    return mass.Step(state, new Watched(() => CancelAt(Moment.Differentiating)).Apply(action)[0]);
                },
                OnPullback = dState =>
                {
                    CancelAt(Moment.Modeling);
                    return dState;
                },
            };
        }

        public IDifferentiableEnv Env { get; }

        public int Steps { get; private set; }

        public void At(Moment when, CancellationTokenSource what)
        {
            (moment, source) = (when, what);
            CancelAt(Moment.Before);
        }

        public void Dispose() => Env.Dispose();

        private void CancelAt(Moment now)
        {
            if (moment != now) return;
            moment = null;
            source!.Cancel();
        }
    }

    /// <summary>Passes its input through, and tells of its backward pass.</summary>
    private sealed class Watched(Action onBackward) : CustomFunction
    {
        protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep) => [inputs[0].detach().clone()];

        protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
        {
            onBackward();
            return [gradients[0]?.clone()];
        }
    }

    private sealed class CountingWorkers : IWorkers
    {
        public Action<int>? OnCall { get; set; }

        public int Calls { get; private set; }

        public int Count => 2;

        public void Run(int count, Action<int> body)
        {
            Calls++;
            OnCall?.Invoke(Calls);
            for (int i = 0; i < count; i++) body(i);
        }
    }
}
