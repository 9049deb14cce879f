using MbMix.Hosting;
using MbMix.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Tests.Contract;

/// <summary>The code of the guides compiles, loads and learns.</summary>
public sealed class DocSnippets(BuiltSnippets snippets) : IClassFixture<BuiltSnippets>
{
    [Fact]
    public void Snippets_compile()
    {
        Assert.NotEmpty(snippets.Names);
        Assert.True(snippets.Errors.Length == 0, snippets.Errors);
    }

    [Fact]
    public void The_host_loads_every_plugin_of_a_page()
    {
        using var provider = Provider();
        var catalog = provider.GetRequiredService<TrainingSessions>().Catalog;
        Assert.Empty(catalog.Problems);
        var plugins = snippets.Names.Where(n => Directory.Exists(Path.Combine(snippets.Plugins, n)));
        Assert.Empty(plugins.Except(catalog.Plugins.Select(p => p.Name)));
    }

    [Fact]
    public void The_environment_of_the_guide_is_learned_with_its_preset()
    {
        using var provider = Provider();
        using var session = provider.GetRequiredService<TrainingSessions>().Create(
            new TrainingRequest { Environment = "rocket", Algorithm = "shac", Threads = 1 });
        double before = session.Evaluate(episodes: 16).Mean;
        for (int i = 0; i < 25; i++) session.Iterate();
        double after = session.Evaluate(episodes: 16).Mean;
        Assert.True(after > before + 20, $"the return was {before} before training and is {after} after it");
    }

    [Theory]
    [InlineData("window-gradient", "none", "")]
    [InlineData(
        "mbmix", "change-network",
        "algo.modelWarmup=2 algo.modelUpdates=2 algo.modelRollouts=8 algo.modelHorizon=4 model.minimumTransitions=64")]
    public void The_algorithm_and_the_model_of_the_guides_train(string algorithm, string model, string settings)
    {
        using var provider = Provider();
        using var session = provider.GetRequiredService<TrainingSessions>().Create(new TrainingRequest
        {
            Environment = "rocket",
            Algorithm = algorithm,
            Model = model,
            Threads = 1,
            Settings = [
                "algo.environments=8", "algo.horizon=8",
                .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ],
        });
        IterationReport? report = null;
        for (int i = 0; i < 4; i++) report = session.Iterate();
        Assert.Equal(4 * 8 * 8, report!.EnvironmentSteps);
        Assert.Equal(model != "none", report.Costs.ModelSteps > 0);
        Assert.Equal(model != "none", report.Costs.ModelUpdates > 0);
        Assert.True(double.IsFinite(report.Metrics.First(m => m.Name == "loss/actor").Value));
        Assert.True(double.IsFinite(session.Evaluate(episodes: 4).Mean));
    }

    private ServiceProvider Provider() => new ServiceCollection().AddMbMix(options =>
    {
        options.PluginFolders.Add(Path.Combine(Shell.Host, "plugins"));
        options.PluginFolders.Add(snippets.Plugins);
    }).BuildServiceProvider();
}
