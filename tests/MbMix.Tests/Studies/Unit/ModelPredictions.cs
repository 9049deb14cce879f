using MbMix.Model.Sobolev;
using MbMix.Studies;
using MbMix.Studies.ModelAccuracy;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.Studies;

[Collection(HostRuns.Collection)]
public sealed class ModelPredictions
{
    [Fact]
    public void The_environment_as_its_own_model_makes_no_error()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = new ExactModel(Training.ModelContext(env));
        var motion = RandomMotion.Roll(env, 4, 9, 0.5, seed: 1);
        var prediction = Prediction.Of(env, model, motion, 1);
        Assert.All(prediction.State, e => Assert.Equal(0, e, 1e-6));
        Assert.Equal(0, prediction.Derivative[8], 1e-5);
        Assert.Equal(1, prediction.Cosine[8], 1e-5);

        // sweeps at powers of two and at the end
        Assert.Equal([0, 1, 3, 7, 8], Enumerable.Range(0, 9).Where(t => double.IsFinite(prediction.Derivative[t])));
    }

    [Fact]
    public void Random_motion_is_smooth_repeatable_and_within_bounds()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        var motion = RandomMotion.Roll(env, 64, 40, 0.9, seed: 5);
        var again = RandomMotion.Roll(env, 64, 40, 0.9, seed: 5);
        Assert.Equal(motion.Next[39].data<float>().ToArray(), again.Next[39].data<float>().ToArray());
        float[][] levels = [.. motion.Actions.Select(a => a.data<float>().ToArray())];
        Assert.All(levels, l => Assert.All(l, x => Assert.InRange(x, -1, 1)));
        double jump = Enumerable.Range(1, 39).Average(t => levels[t].Zip(levels[t - 1]).Average(p => Math.Abs(p.First - p.Second)));
        double apart = Enumerable.Range(20, 20).Average(t => levels[t].Zip(levels[t - 20]).Average(p => Math.Abs(p.First - p.Second)));
        Assert.True(jump < apart / 1.5, $"{jump} {apart}");
    }

    [Fact]
    public void Derivatives_make_the_derivatives_better()
    {
        using var folder = new HostFolder();
        string[] settings = ["study.environment=cartpole-swingup", "study.alphas=[0,1]", "study.transitions=2048", "study.updates=250", "study.trajectories=16", "study.horizon=8", "study.seeds=1", "model.hidden=[32,32]"];
        StudyCatalog.Find("model-accuracy").Execute(HostRuns.Sessions(BundledPlugins.All()), settings, folder.Path, _ => { });
        string[][] rows = [.. File.ReadAllLines(folder["model-accuracy.csv"]).Skip(1).Select(l => l.Split(','))];
        Assert.Equal(16, rows.Length);
        double Error(string alpha, int column) => double.Parse(rows.Single(r => r[3] == alpha && r[4] == "8")[column], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Error("1", 6) < Error("0", 6), $"{Error("1", 6)} {Error("0", 6)}");
        Assert.Contains("\"alphas\"", File.ReadAllText(folder["study.json"]), StringComparison.Ordinal);
        foreach (string figure in new[] { "state.png", "derivative.png", "cosine.png" }) Assert.True(new FileInfo(folder[figure]).Length > 0);
    }

    [Theory]
    [InlineData("study.updatess=1", "Did you mean 'updates'?")]
    [InlineData("study.updates=0", "study.updates")]
    [InlineData("model.alfa=1", "model.alfa is unknown")]
    [InlineData("studi.updates=1", "there is no section 'studi'")]
    public void Settings_that_make_no_sense_are_refused_in_one_line(string setting, string expected)
    {
        using var folder = new HostFolder();
        var error = Assert.Throws<ConfigurationException>(() =>
            StudyCatalog.Find("model-accuracy").Execute(HostRuns.Sessions(BundledPlugins.All()), ["study.environment=cartpole-swingup", "study.transitions=64", setting], folder["x"], _ => { }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
