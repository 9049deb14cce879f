using MbMix.Comparison;

namespace MbMix.Tests.Unit;

/// <summary>What runs need: said by an experiment, by an arm, and on the command line.</summary>
public sealed class RunNeedsTests
{
    [Fact]
    public void An_arm_overrides_the_experiment_and_the_command_line_overrides_both()
    {
        var experiment = ExperimentReader.Parse("e", """
            {
              "environments": ["e"], "needs": { "cores": 2, "memory": 1.5, "labels": ["near"] },
              "arms": [
                { "label": "plain", "algorithm": "x" },
                { "label": "large", "algorithm": "x", "needs": { "memory": 8, "labels": ["big", "near"] } }
              ]
            }
            """);
        Assert.Equal((2, 1536, "near"), Of(experiment.Arms[0].Needs));
        Assert.Equal((2, 8192, "big near"), Of(experiment.Arms[1].Needs));
        Assert.Equal((4, 8192, "big near"), Of(RunNeeds.Parse("cores=4").Or(experiment.Arms[1].Needs)));
        Assert.Equal((null, 1024, ""), Of(new RunNeeds()));
        Assert.Equal((3, 512, "a b"), Of(RunNeeds.Parse("label=a", "memory=0.5", "label=b", "cores=3")));
    }

    [Theory]
    [InlineData("--needs cores=0: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "cores=0")]
    [InlineData("--needs cores=two: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "cores=two")]
    [InlineData("--needs memory=-1: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "memory=-1")]
    [InlineData("--needs memory=NaN: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "memory=NaN")]
    [InlineData("--needs label=: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "label=")]
    [InlineData("--needs gpu: cores=N (1 to 1024), memory=GIB and label=NAME are expected.", "gpu")]
    [InlineData("--needs says 'cores' twice: say it once.", "cores=1", "cores=2")]
    public void What_makes_no_sense_is_one_line(string expected, params string[] words) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => RunNeeds.Parse(words)).Message);

    private static (int?, int, string) Of(RunNeeds needs) =>
        (needs.Cores, needs.Mebibytes, string.Join(' ', needs.Labels ?? []));
}
