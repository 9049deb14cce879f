using MbMix;

namespace Template.Project.Tests;

/// <summary>What every algorithm promises to the host.</summary>
public sealed class AlgorithmTests(Host host) : IClassFixture<Host>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Equal_seeds_give_equal_runs()
    {
        using var first = host.Train();
        using var second = host.Train();
        for (int i = 0; i < 3; i++) Assert.Equal(Numbers(first.Iterate(Stop)), Numbers(second.Iterate(Stop)));
    }

    [Fact]
    public void Every_environment_step_is_counted()
    {
        using var session = host.Train();
        var report = session.Iterate(Stop);
        Assert.Equal(report.EnvironmentSteps, report.Costs.ForwardSteps);
        Assert.True(session.Iterate(Stop).EnvironmentSteps > report.EnvironmentSteps);
    }

    [Fact]
    public void The_policy_stays_within_bounds()
    {
        using var session = host.Train();
        session.Iterate(Stop);
        var spec = session.Env.Spec;
        var action = new float[spec.Action.Size];
        for (int i = -5; i <= 5; i++)
        {
            session.Policy.Act([.. Enumerable.Repeat(10f * i, spec.Observation.Size)], action);
            for (int a = 0; a < action.Length; a++)
                Assert.InRange(action[a], spec.Action.Dimensions[a].Low, spec.Action.Dimensions[a].High);
        }
    }

    [Fact]
    public void It_learns()
    {
        using var session = host.Train();
        double before = session.Evaluate(episodes: 32, cancellationToken: Stop).Mean;
        for (int i = 0; i < 60; i++) session.Iterate(Stop);
        double after = session.Evaluate(episodes: 32, cancellationToken: Stop).Mean;
        Assert.True(after > before + 500, $"the return was {before} before training and is {after} after it");
    }

    private static IEnumerable<double> Numbers(IterationReport report) => report.Metrics.Select(m => m.Value);
}
