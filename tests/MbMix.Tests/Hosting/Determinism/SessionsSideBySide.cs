using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>Several trainings in one process, as a server runs them.</summary>
[Collection(HostRuns.Collection)]
public sealed class SessionsSideBySide
{
    [Fact]
    public async Task Sessions_on_threads_of_their_own_train_as_if_alone()
    {
        long[] seeds = [3, 4];
        string[][] alone = [.. seeds.Select(seed => Train(seed))];
        Assert.NotEqual(alone[0], alone[1]);
        using var together = new Barrier(seeds.Length);
        var trainings = seeds.Select(seed => Task.Factory.StartNew(
            () => Train(seed, together.SignalAndWait), TaskCreationOptions.LongRunning));
        Assert.Equal(alone, await Task.WhenAll(trainings));
    }

    [Fact]
    public async Task A_session_may_go_on_on_another_thread()
    {
        string[] expected = Train(3);
        using var session = CartPoleRuns.Sessions().Create(CartPoleRuns.Request("shac"));
        var found = new List<string>();
        for (int i = 0; i < expected.Length; i++)
            found.Add(await Task.Factory.StartNew(() => Line(session.Iterate()), TaskCreationOptions.LongRunning));
        Assert.Equal(expected, found);
    }

    private static string[] Train(long seed, Action? meet = null)
    {
        meet?.Invoke();
        var request = CartPoleRuns.Request("shac") with { Seed = seed, Threads = 2 };
        using var session = CartPoleRuns.Sessions().Create(request);
        var lines = new string[10];
        for (int i = 0; i < lines.Length; i++)
        {
            meet?.Invoke();
            lines[i] = Line(session.Iterate());
        }
        return lines;
    }

    // everything in the report but the clocks
    private static string Line(IterationReport report)
    {
        var metrics = report.Metrics.Select(m => FormattableString.Invariant($"{m.Name}={m.Value:R}"));
        return $"{report.EnvironmentSteps} {report.Costs} {string.Join(' ', metrics)}";
    }
}
