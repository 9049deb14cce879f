using System.Globalization;
using MbMix.Hosting;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>A seed decides a training to the bit: whenever it is repeated, with however many threads, and wherever it is interrupted.</summary>
[Collection(HostRuns.Collection)]
public sealed class CartPoleTraining : IDisposable
{
    private readonly HostFolder folder = new();

    public static TheoryData<string> Algorithms => ["shac", "mbmix"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_same_seed_gives_the_same_bits_and_another_one_others(string algorithm)
    {
        var request = CartPoleRuns.Request(algorithm);
        Train("a", request);
        Train("b", request);
        Train("c", request with { Seed = 4 });
        AssertSame("a", "b");
        Assert.NotEqual(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["c"]));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void One_and_two_workers_give_the_same_bits(string algorithm)
    {
        // enough lanes that the engine shares its batches, forward and backward
        var request = CartPoleRuns.Request(algorithm, "algo.environments=1024", "algo.horizon=3", "run.budget=24576", "algo.criticMinibatches=4");
        Train("one", request);
        using var workers = new HostSharedWorkers(2);
        var plugin = new HostStubPlugin(registry => registry.AddEnvironment<DiffRlOptions>(
            CartPoleSwingUp.Id, "The cart-pole, on workers that all take part.", (options, context) => TracedEnv.Create(new CartPoleSwingUp(options), options, context with { Workers = workers })));
        Train("two", request with { Threads = 2 }, CartPoleRuns.Sessions(plugin));
        Assert.True(workers.Runs >= 8 * 3 * 2, $"only {workers.Runs} batches were shared");
        AssertSame("one", "two", policies: false);
    }

    [Theory]
    [InlineData("shac", 1)]
    [InlineData("shac", 13)]
    [InlineData("mbmix", 1)]
    [InlineData("mbmix", 13)]
    public void A_resumed_run_equals_an_uninterrupted_one(string algorithm, int stopAfter)
    {
        var request = CartPoleRuns.Request(algorithm);
        Train("whole", request);
        var observer = new HostObserver(stopAfter);
        using (var run = HostRuns.Start(folder["parts"], request, observer, CartPoleRuns.Sessions())) Assert.Null(run.Execute(observer.Stop));
        using (var run = HostRuns.Resume(folder["parts"], sessions: CartPoleRuns.Sessions()))
        {
            Assert.Equal(stopAfter, run.Session.Iteration);
            Assert.NotNull(run.Execute(CancellationToken.None));
        }
        AssertSame("whole", "parts");
        if (algorithm == "mbmix") AssertModelWasUsed("whole");
    }

    private void Train(string name, TrainingRequest request, TrainingSessions? sessions = null)
    {
        using var run = HostRuns.Start(folder[name], request, sessions: sessions ?? CartPoleRuns.Sessions());
        Assert.NotNull(run.Execute(CancellationToken.None));
    }

    private void AssertSame(string one, string other, bool policies = true)
    {
        Assert.Equal(HostRuns.Comparable(folder[one]), HostRuns.Comparable(folder[other]));
        if (policies) Assert.Equal(File.ReadAllBytes(folder[one + "/policy/policy.safetensors"]), File.ReadAllBytes(folder[other + "/policy/policy.safetensors"]));
    }

    // a run in which the model has no part would agree too easily
    private void AssertModelWasUsed(string name)
    {
        string[] lines = File.ReadAllLines(folder[name + "/metrics.csv"]), columns = lines[0].Split(','), last = lines[^1].Split(',');
        double Value(string column) => double.Parse(last[Array.IndexOf(columns, column)], CultureInfo.InvariantCulture);
        Assert.True(Value("model_steps") > 0);
        Assert.True(Value("model/held-out-error") > 0);
        Assert.NotEmpty(Directory.GetFiles(folder[name + "/checkpoints/rows"]));
    }
}
