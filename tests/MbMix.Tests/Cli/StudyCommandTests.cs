using System.Globalization;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix study</c>.</summary>
public sealed class StudyCommandTests
{
    [Fact]
    public void A_study_writes_tables_figures_and_its_options()
    {
        using var command = new HostCommand();
        var result = command.Run("study", "tabular", "--set", "study.seeds=2", "--set", "study.iterations=5", "--set", "study.horizons=[2]", "--out", command["t"]);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = File.ReadAllLines(Path.Combine(command["t"], "tabular.csv"));
        Assert.Equal(1 + (3 * 6), lines.Length);
        Assert.StartsWith("2,APG,0,1,1,1", lines[1], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(command["t"], "tabular-H2.png")));
        Assert.Contains("\"seeds\": 2", File.ReadAllText(Path.Combine(command["t"], "study.json")), StringComparison.Ordinal);

        // the same again, to the last digit
        command.Run("study", "tabular", "--set", "study.seeds=2", "--set", "study.iterations=5", "--set", "study.horizons=[2]", "--out", command["again"]);
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(command["again"], "tabular.csv")));
    }

    [Fact]
    public void Gradients_through_models_are_compared_on_several_tasks_with_their_presets()
    {
        using var command = new HostCommand();
        string[] Study(string folder, params string[] more)
        {
            string[] settings =
            [
                "study.tasks=[\"cartpole-swingup\",\"diffrl/hopper-v1\"]", "study.iterations=[2]", "study.horizons=[1,3]", "study.rollouts=4", "study.environments=2",
                "study.warmup=1", .. more,
            ];
            var result = command.Run(["study", "model-gradient", .. settings.SelectMany(s => new[] { "--set", s }), "--out", command[folder]]);
            Assert.True(result.ExitCode == 0, result.Error);
            return File.ReadAllLines(Path.Combine(command[folder], "summary.csv"));
        }

        // a variant with a comma is one field
        string[] lines = Study("learned", "study.variants=[\"\",\"hidden=[8,8] updates=1\"]", "model.minimumTransitions=32");
        Assert.Equal("environment,iteration,variant,held_out_error,cosine_1,cosine_3,repeatability", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("diffrl/cartpole-swingup-v1,2,,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("diffrl/hopper-v1,2,\"hidden=[8,8] updates=1\",", lines[4], StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", lines[4], StringComparison.Ordinal);

        // through the exact model, gradients are the environment's
        string[] exact = Study("exact", "study.model=exact", "study.variants=[\"\"]");
        Assert.Equal(3, exact.Length);
        Assert.All(exact[1..], line => Assert.All(line.Split(',')[4..6], cosine => Assert.Equal(1, double.Parse(cosine, CultureInfo.InvariantCulture), 1e-6)));
    }

    [Theory]
    [InlineData("Did you mean 'tabular'?", "tabula")]
    [InlineData("study.seeds", "tabular", "--set", "study.seeds=0")]
    [InlineData("env.x=1: the study tabular has no such part; its settings begin with 'study.'.", "tabular", "--set", "env.x=1")]
    [InlineData("model.x=1: the study gradient-variance has no such part; its settings begin with 'study.' or 'env.'.", "gradient-variance", "--set", "model.x=1")]
    [InlineData("study.horizons = [0]: its element 1 is 0; 1 to 100000 is expected.", "tabular", "--set", "study.horizons=[0]", "--set", "study.seeds=1")]
    [InlineData("There is no environment", "model-gradient", "--set", "study.tasks=[\"cartpole-swingup\",\"nosuch\"]")]
    [InlineData("study.algorithm: mbmix/ppo-v1 is no short-horizon actor-critic", "model-gradient", "--set", "study.algorithm=ppo")]
    [InlineData("study.model is none", "model-gradient", "--set", "study.model=none")]
    [InlineData("There is no environment", "gradient-variance", "--set", "study.environment=nosuch")]
    [InlineData("There is no model", "model-accuracy", "--set", "study.environment=cartpole-swingup", "--set", "study.transitions=64", "--set", "study.model=nosuch")]
    public void Nonsense_gets_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        using var command = new HostCommand();
        var result = command.Run(["study", .. arguments, "--out", command["x"]]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}
