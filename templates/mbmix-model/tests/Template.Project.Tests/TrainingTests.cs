using MbMix.Hosting;

namespace Template.Project.Tests;

/// <summary>The model in use.</summary>
[Collection(Host.Collection)]
public sealed class TrainingTests(Host host) : IClassFixture<Host>
{
    [Fact]
    public void An_algorithm_trains_with_it()
    {
        using var session = host.Sessions.Create(new TrainingRequest
        {
            Environment = "cartpole-swingup",
            Algorithm = "mbmix",
            Model = TemplateClass.Id,
            Seed = 1,
        });
        for (int i = 0; i < 3; i++) session.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(3, session.Iteration);
    }
}
