using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

[Collection(HostRuns.Collection)]
public sealed class HostSessionTests
{
    private const long StepsOfAnIteration = 64;

    [Fact]
    public void A_session_trains_in_memory_without_console_and_files()
    {
        using var folder = new HostFolder();
        string here = Environment.CurrentDirectory;
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Console.SetOut(said);
            Console.SetError(said);
            using var session = HostRuns.Sessions().Create("point", "ascent");
            for (int i = 0; i < 3; i++) session.Iterate();
            Assert.Equal((3L, 192L), (session.Iteration, session.EnvironmentSteps));
            Assert.Equal(12, session.Evaluate().Returns.Count);
        }
        finally
        {
            Environment.CurrentDirectory = here;
            Console.SetOut(output);
            Console.SetError(error);
        }
        Assert.Equal("", said.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Evaluations_do_not_change_training()
    {
        using var plain = HostRuns.Sessions().Create(HostRuns.Request);
        var expected = Enumerable.Range(0, 5).Select(_ => Numbers(plain.Iterate())).ToList();
        using var evaluated = HostRuns.Sessions().Create(HostRuns.Request);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(expected[i], Numbers(evaluated.Iterate()));
            Assert.Equal(evaluated.Evaluate().Returns, evaluated.Evaluate().Returns);
        }
    }

    [Fact]
    public void Two_seeds_differ()
    {
        using var one = HostRuns.Sessions().Create(HostRuns.Request);
        double[] first = Numbers(one.Iterate());
        using var two = HostRuns.Sessions().Create(HostRuns.Request with { Seed = 4 });
        Assert.NotEqual(first, Numbers(two.Iterate()));
    }

    [Theory]
    [InlineData("blind-point", null, "", "differentiates the environment, but test/blind-point-v1 has no gradients")]
    [InlineData("point", null, "algo.model=Required", "needs a dynamics model: add TrainingRequest.Model, one of test/still-v1")]
    [InlineData("point", "still", "algo.model=None", "uses no dynamics model with these options: leave test/still-v1 out")]
    [InlineData("point", null, "env.broken=true", "test/point-v1 (plugin MbMix.Tests.Plugin) could not be created: InvalidOperationException: broken on request")]
    public void What_does_not_fit_gets_one_line(string environment, string? model, string setting, string expected)
    {
        var request = HostRuns.Request with { Environment = environment, Model = model, Settings = setting == "" ? [] : [setting] };
        var e = Assert.ThrowsAny<MbMixException>(() => HostRuns.Sessions().Create(request));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("point", "still", "algo.model=Required")]
    [InlineData("point", "still", "model.derivatives=Full")]
    [InlineData("point", "none", "algo.model=None")]
    public void What_fits_runs(string environment, string model, string setting)
    {
        var request = HostRuns.Request with { Environment = environment, Model = model, Settings = [setting] };
        using var session = HostRuns.Sessions().Create(request);
        string? chosen = model == "none" ? null : "test/still-v1";
        Assert.Equal(("test/point-v1", chosen), (session.Configuration.Environment, session.Configuration.Model));
        for (int i = 1; i <= 2; i++)
        {
            var report = session.Iterate();
            Assert.Equal((i, i * StepsOfAnIteration), (session.Iteration, session.EnvironmentSteps));
            Assert.Equal(session.EnvironmentSteps, report.EnvironmentSteps);
            Assert.All(Numbers(report), number => Assert.True(double.IsFinite(number)));
        }
        Assert.NotEqual(0, session.Policy.Act(TorchSharp.torch.ones(1, 2)).abs().sum().item<float>());
    }

    [Fact]
    public void A_plugin_that_throws_in_the_middle_is_named()
    {
        using var session = HostRuns.Sessions().Create(HostRuns.Request with { Settings = ["algo.throwAt=2"] });
        session.Iterate();
        var e = Assert.Throws<MbMixException>(() => session.Iterate());
        Assert.Equal("plugin MbMix.Tests.Plugin (test/ascent-v1) threw in iteration 2: InvalidOperationException: thrown on request", e.Message);
    }

    [Fact]
    public void A_lane_that_becomes_invalid_ends_and_is_counted()
    {
        using var env = HostRuns.Sessions().CreateEnvironment("point", [], new WorkerPool(1));
        var result = Evaluator.Evaluate(env, new HostFaultyPolicy(), episodes: 4, seed: 1);
        Assert.Equal(1, result.Faults);
        Assert.Equal([20, 0, 20, 20], result.Lengths);
        Assert.All(result.Returns, r => Assert.True(double.IsFinite(r)));
    }

    private static double[] Numbers(IterationReport report) => [report.Episodes.MeanReturn, .. report.Metrics.Select(m => m.Value)];
}
