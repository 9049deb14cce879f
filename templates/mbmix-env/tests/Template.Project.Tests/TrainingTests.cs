namespace Template.Project.Tests;

/// <summary>The task can be learned.</summary>
public sealed class TrainingTests(Host host) : IClassFixture<Host>
{
    [Fact]
    public void A_policy_learns()
    {
        var stop = TestContext.Current.CancellationToken;
        using var session = host.Sessions.Create(TemplateClass.Id, "shac", seed: 1);
        double before = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        for (int i = 0; i < 50; i++) session.Iterate(stop);
        double after = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        Assert.True(after > before + 20, $"the return was {before} before training and is {after} after it");
    }
}
