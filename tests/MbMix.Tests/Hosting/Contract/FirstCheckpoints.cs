using MbMix.Hosting;
using MbMix.Tests.Support;
using Mutants;

namespace MbMix.Tests.Contract;

/// <summary>
/// A run whose checkpoints cannot be read ends with its first one. Reading it back does not change the run.
/// </summary>
[Collection(HostRuns.Collection)]
public sealed class FirstCheckpoints : IDisposable
{
    private const string Begin = "The first checkpoint cannot be read, so the run could not be resumed: ";

    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(AlgorithmMistake.SaveCannotBeRead, " cannot load its checkpoint: Checkpoint entry 'optimizer.gains'")]
    [InlineData(AlgorithmMistake.LoadReadsLess, ": Load: a return without reading 'optimizer.counters' came")]
    public void What_an_algorithm_cannot_read_ends_the_run(AlgorithmMistake mistake, string expected)
    {
        using var host = new MutantHost();
        using var run = Start(host, $"algo.mistake={mistake}");
        var e = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None));
        string plugin = $"plugin MbMix.Tests.Plugin ({MutantPlugin.Algorithm})";
        Assert.StartsWith(Begin + plugin + expected, e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 1, 300);
        Assert.Equal(2, run.Session.Iteration);
    }

    [Fact]
    public void What_a_model_cannot_read_ends_the_run()
    {
        using var host = new MutantHost();
        using var run = Start(host, $"model.mistake={ModelMistake.SaveCannotBeRead}", MutantPlugin.Model);
        var e = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None));
        string plugin = $"plugin MbMix.Tests.Plugin ({MutantPlugin.Model})";
        Assert.StartsWith($"{Begin}{plugin} cannot load its checkpoint: ", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The algorithm draws from libtorch's global random numbers in every iteration.</summary>
    [Fact]
    public void Reading_it_changes_neither_numbers_nor_costs()
    {
        foreach (var (name, every) in new[] { ("often", 1), ("once", 1000) })
        {
            var request = HostRuns.Request with { Settings = [$"run.checkpointEvery={every}"] };
            using var run = HostRuns.Start(folder[name], request);
            run.Execute(CancellationToken.None);
        }
        Assert.Equal(HostRuns.Comparable(folder["once"]), HostRuns.Comparable(folder["often"]));
    }

    private TrainingRun Start(MutantHost host, string mistake, string? model = null) => HostRuns.Start(
        folder["run"],
        new TrainingRequest
        {
            Environment = MutantPlugin.Environment,
            Algorithm = MutantPlugin.Algorithm,
            Model = model ?? "none",
            Preset = "none",
            Threads = 1,
            Budget = 10_000,
            Settings = [mistake, "run.checkpointEvery=2", "run.evaluations=0"],
        },
        sessions: host.Sessions);
}
