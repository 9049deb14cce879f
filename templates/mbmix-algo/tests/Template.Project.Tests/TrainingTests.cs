namespace Template.Project.Tests;

/// <summary>The algorithm on a task that it was made for.</summary>
[Collection(Host.Collection)]
public sealed class TrainingTests(Host host) : IClassFixture<Host>
{
    [Fact]
    public void It_learns()
    {
        var stop = TestContext.Current.CancellationToken;
        using var session = host.Train();
        double before = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        for (int i = 0; i < 60; i++) session.Iterate(stop);
        double after = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        Assert.True(after > before + 500, $"the return was {before} before training and is {after} after it");
    }
}
