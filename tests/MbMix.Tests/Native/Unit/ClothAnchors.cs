using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>
/// Rewards after scripted pulls, and without any, against those of an independent rebuild of DaXBench with its own goals
/// (its specification, section 4). Where several pulls follow each other the cloth crumples, and what comes out depends
/// on rounding: there the tolerance is wider.
/// </summary>
public sealed class ClothAnchors
{
    [Fact]
    public void Folding_once()
    {
        var world = new ClothWorld(ClothTaskTraits.FoldOnce);
        Assert.Equal(0.398, world.Miss(), 0.01);
        Assert.Equal(0.688, world.Reset(-0.0075, 0.1).Miss(), 0.01);
        Assert.Equal(0.920, world.Reset().Pull(0.494, 0.2125, 0.494, 0.69), 0.01);
        Assert.Equal(0.719, world.Reset().Pull(0.494, 0.6, 0.494, 0.7), 0.01);
        world.Reset().Pull(0.4, 0.2125, 0.4, 0.69);
        Assert.Equal(0.914, world.Pull(0.5875, 0.2125, 0.5875, 0.69), 0.01);
    }

    [Fact]
    public void Folding_three_times()
    {
        var world = new ClothWorld(ClothTaskTraits.FoldThrice);
        Assert.Equal(0.165, world.Miss(), 0.02);
        Assert.Equal(0.646, world.Reset().Pull(0.494, 0.2125, 0.494, 0.69), 0.02);
        Assert.Equal(0.866, world.Pull(0.5875, 0.64, 0.40, 0.68), 0.02);
    }

    [Fact]
    public void Folding_a_shirt()
    {
        var world = new ClothWorld(ClothTaskTraits.FoldShirt);
        Assert.Equal(3598, world.Particles);
        Assert.Equal(0.684, world.Miss(), 0.01);
        Assert.Equal(0.712, world.Reset().Pull(0.305, 0.415, 0.46, 0.415), 0.01);
        Assert.Equal(0.718, world.Pull(0.69, 0.415, 0.54, 0.415), 0.01);
        Assert.Equal(0.926, world.Pull(0.5, 0.715, 0.5, 0.33), 0.01);
    }

    [Fact]
    public void A_flat_cloth_is_unfolded() =>
        Assert.Equal(0.998, new ClothWorld(ClothTaskTraits.UnfoldOnce).Miss(), 0.003);

    // means and deviations of 200 and 60 starts there; three standard errors of 64 starts here, rounded up
    [Theory]
    [InlineData("daxbench/fold-cloth-1-v1", 0.398, 0.055)]
    [InlineData("daxbench/fold-cloth-3-v1", 0.167, 0.035)]
    [InlineData("daxbench/unfold-cloth-1-v1", 0.839, 0.04)]
    [InlineData("daxbench/unfold-cloth-3-v1", 0.670, 0.07)]
    public void Doing_nothing_from_random_starts(string id, double mean, double tolerance)
    {
        const int B = 64;
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        using var env = Make(id);
        var state = env.Reset([.. Enumerable.Range(0, B).Select(lane => new LaneKey(7, lane, 0))]);
        var nothing = torch.tensor(new float[] { 0.01f, 0, 0.01f, 0.02f, 0, 0.02f }).expand(B, 6).contiguous();
        var step = env.Step(state, nothing);
        Assert.Equal(mean, step.Reward.mean().item<float>(), tolerance);

        // random folds count as steps, so rewards fade from there on
        double folds = id.Contains("unfold") ? id.Contains("-3-") ? 3 : 1 : 0;
        Assert.Equal(folds, state.select(1, state.shape[1] - 1).max().item<float>());
    }

    [Fact]
    public void Random_folds_do_not_depend_on_what_actions_are()
    {
        using var scope = torch.NewDisposeScope();
        const string id = "daxbench/unfold-cloth-1-v1";
        using IPredictiveEnv points = Make(id), published = Make(id, ClothActions.Published);
        LaneKey[] keys = [.. Enumerable.Range(0, 8).Select(lane => new LaneKey(3, lane, 0))];
        Assert.True(points.Reset(keys).allclose(published.Reset(keys), 0, 0));
    }

    private static IPredictiveEnv Make(string id, ClothActions actions = ClothActions.Points)
    {
        var traits = ((ClothTaskTraits[])[ClothTaskTraits.FoldOnce, ClothTaskTraits.FoldThrice,
            ClothTaskTraits.UnfoldOnce, ClothTaskTraits.UnfoldThrice]).Single(t => t.Id == id);
        var options = new ClothOptions { Discounted = false, Actions = actions };
        return TracedEnv.Create(
            new ClothTask(traits, options), options,
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
    }
}
