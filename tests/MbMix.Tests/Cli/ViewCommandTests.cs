using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

public sealed class ViewCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void A_run_its_policy_a_rollout_and_an_environment_are_shown_side_by_side()
    {
        var trained = mbmix.Run("train", "cartpole-swingup", "--algo", "shac", "--budget", "3000", "--out", "run");
        Assert.True(trained.ExitCode == 0, trained.Error);
        const string input = """{"state": [[0, 1, 0, 0], [0, 2, 0, 0]], "actions": [[[0], [1]], [[0], [1]]]}""";
        File.WriteAllText(mbmix["in.json"], input);
        Assert.Equal(0, mbmix.Run(
            "rollout", "cartpole-swingup", "--state", "in.json", "--actions", "in.json", "--out", "r.json").ExitCode);
        string policy = Path.Combine("run", "policy", "policy.safetensors");
        var result = mbmix.Run("view", "run", policy, "r.json", "point-mass", "--out", "page.html", "--steps", "30");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith(
            "run on diffrl/cartpole-swingup-v1, mbmix/shac-v1 after ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(", cut after 30 steps", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "policy.safetensors on diffrl/cartpole-swingup-v1, mbmix/shac-v1 ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith(
            "r.json on diffrl/cartpole-swingup-v1, lane 1 of 2 of a file: ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith(
            "stub/point-mass-v1, random actions, seed 0: ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("wrote page.html (", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(mbmix["page.html"]), StringComparison.Ordinal);

        // where runs have the same name, their paths tell them apart
        Directory.CreateDirectory(mbmix["other"]);
        Directory.Move(mbmix["run"], mbmix["other/run"]);
        Directory.CreateDirectory(mbmix["run/policy"]);
        foreach (string file in (string[])["config.json", "manifest.json", "policy/policy.safetensors"])
            File.Copy(mbmix["other/run/" + file], mbmix["run/" + file]);
        var twins = mbmix.Run("view", "run", Path.Combine("other", "run"), "--steps", "3");
        Assert.StartsWith("run on ", twins.Output, StringComparison.Ordinal);
        Assert.StartsWith("other/run on ", twins.Output.Split('\n')[1], StringComparison.Ordinal);

        // the same episode as in an evaluation
        var whole = mbmix.Run("view", "run");
        var evaluated = mbmix.Run("eval", "run", "--episodes", "1");
        Assert.Equal((0, ""), (whole.ExitCode, whole.Error));
        string mean = evaluated.Output.Split("mean ")[1].Split(',')[0];
        Assert.Contains($": return {mean}, ran to its end", whole.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(mbmix["replay.html"]));

        AssertError(2, "The policy of run takes 5 observations and gives 1 actions, but stub/point-mass-v1 has 4 "
            + "and 2: it acts in environments of its own task.", "run", "--env", "point-mass");
        AssertError(2, "run/config.json is a file of the run itself: choose another path with --out.",
            "run", "--out", "run/config.json");
        AssertError(1, "r.json: a state has 4 numbers, but one of diffrl/hopper-v1 has 12: name the environment that "
            + "it was written with (--env).", "r.json", "--env", "diffrl/hopper-v1");
        AssertError(2, $"{mbmix["plugins"]} is a folder: name a file for the page.", "run", "--out", "plugins");
        AssertError(2, "r.json is what is shown: choose another path with --out.", "r.json", "--out", "r.json");
        AssertError(2, "--set env.bogus=1 is for an environment that is named, and runs are shown in their own: name one "
            + "with --env, or leave it out.", "run", "--set", "env.bogus=1");
        if (!OperatingSystem.IsLinux()) return;
        AssertError(2, "/dev/full is a pipe, a socket or a device: choose another path for the page.",
            "run", "--out", "/dev/full");
        File.CreateSymbolicLink(mbmix["link.html"], mbmix["r.json"]);
        AssertError(2, $"{mbmix["link.html"]} is a symbolic link: choose another path for the page.",
            "run", "--out", "link.html");
        Assert.StartsWith("{", File.ReadAllText(mbmix["r.json"]), StringComparison.Ordinal);
        Directory.Move(mbmix["run"], mbmix["a\u001b[31mb\nc"]);
        Assert.StartsWith(
            "a [31mb c on ", mbmix.Run("view", "a\u001b[31mb\nc", "--steps", "1").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "5 replays were asked for; at most 4 are shown side by side.", "a", "b", "c", "d", "e")]
    [InlineData(2, "'cartpole-swing' is neither the folder of a run, a policy (.safetensors), a rollout file (.json), "
        + "a model file (MJCF or URDF) nor an environment. Did you mean 'cartpole-swingup'?", "cartpole-swing")]
    [InlineData(1, "cut.safetensors is damaged: it has 3 bytes, less than a header.", "cut.safetensors")]
    [InlineData(
        1, "test/point-v1 does not say what it looks like: its author can add a View (docs/viewing.md).", "point")]
    [InlineData(2, "--env is for a run, a policy or a rollout file, and 'cartpole-swingup' is none.",
        "cartpole-swingup", "--env", "point-mass")]
    [InlineData(2, "plugins is not a run folder: it has no config.json.", "plugins")]
    [InlineData(2, "--steps 0: a whole number is expected, 1 to 100000.", "point-mass", "--steps", "0")]
    [InlineData(1, "empty.json: 'steps' is a list of 0; an array of steps is expected.", "empty.json")]
    public void An_error_is_one_line(int code, string expected, params string[] arguments)
    {
        File.WriteAllText(mbmix["empty.json"], """{"environment": "stub/point-mass-v1", "steps": []}""");
        File.WriteAllBytes(mbmix["cut.safetensors"], [0, 1, 2]);
        AssertError(code, expected, arguments);
    }

    [Fact]
    public void A_file_is_a_model_by_what_it_holds()
    {
        File.WriteAllText(mbmix["hopper.html"], "<!DOCTYPE html><html></html>");
        var page = mbmix.Run("view", "hopper.html");
        Assert.Equal(2, page.ExitCode);
        Assert.StartsWith("error: 'hopper.html' is neither the folder of a run, ", page.Error, StringComparison.Ordinal);
        File.WriteAllText(mbmix["robot.txt"], "<!-- a robot --><mujoco/>");
        Assert.DoesNotContain("neither", mbmix.Run("view", "robot.txt").Error, StringComparison.Ordinal);
    }

    private void AssertError(int code, string expected, params string[] arguments)
    {
        var result = mbmix.Run(["view", .. arguments]);
        Assert.Equal((code, "error: " + expected), (result.ExitCode, result.Error));
    }
}
