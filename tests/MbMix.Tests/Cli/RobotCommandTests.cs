using System.Text.Json;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>Model files on the command line.</summary>
public sealed class RobotCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public RobotCommandTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Shell.Root, "samples", "robots")))
            File.Copy(file, mbmix[Path.GetFileName(file)]);
    }

    public void Dispose() => mbmix.Dispose();

    [Theory]
    [InlineData("arm.xml", "shac", "--task", "arm.task.json")]
    [InlineData("arm.xml", "ppo")]
    [InlineData("cart.xml", "shac", "--task", "cart.task.json", "--simulator", "mujoco")]
    [InlineData("mujoco:cart.xml", "ppo")]
    [InlineData("quadruped.xml", "ppo", "--task", "quadruped.task.json")]
    [InlineData("quadruped.xml", "ppo")]
    public void A_model_file_is_trained(string model, string algorithm, params string[] more)
    {
        var result = mbmix.Run(["train", model, "--algo", algorithm, .. more, "--budget", "1000", "--set", "run.evaluations=1", "--set", "run.evaluationEpisodes=2", "--out", mbmix["run"]]);
        Assert.True(result.ExitCode == 0, string.Join("; ", result.Errors));
        Assert.Contains("evaluation return: ", result.Output, StringComparison.Ordinal);
        using var config = JsonDocument.Parse(File.ReadAllText(mbmix["run/config.json"]));
        var env = config.RootElement.GetProperty("env");
        Assert.Equal(mbmix[model.Replace("mujoco:", "")], env.GetProperty("file").GetString());
        Assert.Equal(more.Length > 0 ? mbmix[more[1]] : null, env.GetProperty("task").GetString());
    }

    [Fact]
    public void A_run_notices_that_its_model_or_task_has_changed_or_is_gone()
    {
        string[] train = ["train", "cart.xml", "--task", "cart.task.json", "--algo", "ppo", "--budget", "5000", "--set", "run.evaluations=1", "--set", "run.evaluationEpisodes=2"];
        Assert.Equal(0, mbmix.Run([.. train, "--out", mbmix["run"]]).ExitCode);
        using var manifest = JsonDocument.Parse(File.ReadAllText(mbmix["run/manifest.json"]));
        var files = manifest.RootElement.GetProperty("starts")[0].GetProperty("files");
        Assert.Equal([mbmix["cart.xml"], mbmix["cart.task.json"]], files.EnumerateArray().Select(f => f.GetProperty("path").GetString()!));
        Assert.All(files.EnumerateArray(), f => Assert.Equal(64, f.GetProperty("sha256").GetString()!.Length));

        string task = File.ReadAllText(mbmix["cart.task.json"]);
        File.WriteAllText(mbmix["cart.task.json"], task.Replace("0.8", "0.7"));
        var changed = mbmix.Run("eval", "run");
        Assert.Equal(0, changed.ExitCode);
        Assert.Contains($"changed since the policy was trained: file {mbmix["cart.task.json"]} ", Assert.Single(changed.Warnings), StringComparison.Ordinal);

        // as if it had been interrupted
        File.Delete(mbmix["run/result.json"]);
        var resumed = mbmix.Run("train", "--resume", "run");
        Assert.Equal(2, resumed.ExitCode);
        Assert.Contains($"Changed since the run was started: file {mbmix["cart.task.json"]} ", Assert.Single(resumed.Errors), StringComparison.Ordinal);
        File.Delete(mbmix["cart.xml"]);
        var gone = mbmix.Run("train", "--resume", "run");
        Assert.Equal(2, gone.ExitCode);
        Assert.Contains($"There is no file {mbmix["cart.xml"]} for the model.", Assert.Single(gone.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no file", "train", "missing.xml", "--algo", "ppo")]
    [InlineData("There is no file", "train", "cart.xml", "--task", "missing.json", "--algo", "ppo")]
    [InlineData("There is no simulator 'bullet' for model files: mujoco or native.", "train", "cart.xml", "--simulator", "bullet", "--algo", "ppo")]
    [InlineData("--task is for a model file such as robot.xml, and 'hopper-v5' is none: leave it out.", "train", "hopper-v5", "--task", "cart.task.json", "--algo", "ppo")]
    [InlineData("cart.xml has no keyframe 'stand'.", "train", "cart.xml", "--task", "quadruped.task.json", "--algo", "ppo")]
    [InlineData("--resume continues a run as it is: leave --task out.", "train", "--resume", "run", "--task", "cart.task.json")]
    public void An_error_is_one_line(string text, params string[] arguments)
    {
        var result = mbmix.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(text, Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_shows_the_parts_and_what_makes_gradients_unreliable()
    {
        var result = mbmix.Run("inspect", "arm.xml");
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        foreach (string line in new[] { "    upper arm  1 kg; joints: shoulder", "flexor length  tendonpos, sensordata 0", "hand place     framepos, sensordata 1 to 3", "flexor muscle   tendon flexor, gear 1, control -1 to 1, filter, act 0", "3 joints or tendons have limits" })
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        result = mbmix.Run("inspect", "quadruped.xml", "--json");
        using var report = JsonDocument.Parse(result.Output);
        Assert.Equal(15, report.RootElement.GetProperty("sizes").GetProperty("nq").GetInt32());
        Assert.Equal("trunk", report.RootElement.GetProperty("bodies")[1].GetProperty("name").GetString());
        Assert.Contains(report.RootElement.GetProperty("concerns").EnumerateArray(), c => c.GetProperty("what").GetString()!.Contains("geoms can touch", StringComparison.Ordinal));
        Assert.Contains("There is no file", Assert.Single(mbmix.Run("inspect", "missing.xml").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_shows_whole_gears_mocap_bodies_and_parts_without_names()
    {
        File.WriteAllText(mbmix["drone.xml"], """
            <mujoco><worldbody>
              <body name="target" mocap="true"/>
              <body name="drone">
                <joint name="joint 0" range="-1 1" limited="true"/><geom size="0.1"/><site name="rotor"/>
              </body>
            </worldbody>
            <actuator><motor site="rotor" gear="0 0 1 0 0 -.02"/><motor joint="joint 0" gear="3"/></actuator></mujoco>
            """);
        var result = mbmix.Run("inspect", "drone.xml");
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        foreach (string line in new[] { "target  0 kg; mocap", "actuator 0  site rotor, gear 0 0 1 0 0 -0.02, control", "actuator 1  joint 0, gear 3, control", "1 joint or tendon has limits", "the actuator 'actuator 0' has no ctrlrange" })
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("kg; mocap; joints", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_MuJoCo_refuses_is_an_error_of_usage()
    {
        File.WriteAllText(mbmix["garbage.xml"], "no model");
        var result = mbmix.Run("train", "garbage.xml", "--algo", "ppo");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("mujoco/robot-v1 cannot be made: ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_commands_take_model_files_too()
    {
        var described = mbmix.Run("describe", "cart.xml", "--task", "cart.task.json");
        Assert.Contains("State 8, observation 4, action 1", described.Output, StringComparison.Ordinal);
        Assert.Contains("needs a model file", mbmix.Run("describe", "mujoco/robot-v1").Output, StringComparison.Ordinal);
        Assert.Matches("MuJoCo [0-9.]+ ", mbmix.Run("list").Output);
        var planned = mbmix.Run("compare", "--env", "cart.xml", "arm.xml", "--algo", "ppo", "shac", "--seeds", "1", "--budget", "2048", "--jobs", "2", "--set", "run.evaluations=1", "--set", "run.evaluationEpisodes=2", "--out", mbmix["c"]);
        Assert.True(planned.ExitCode == 0, string.Join("; ", planned.Errors));
        Assert.Contains("arm.xml", planned.Output, StringComparison.Ordinal);
        File.WriteAllText(mbmix["state.json"], """{ "state": [[0, 0, 0, 0, 0, 0, 0, 0]] }""");
        File.WriteAllText(mbmix["actions.json"], """{ "actions": [[[0.5]], [[0.5]]] }""");
        var rolled = mbmix.Run("rollout", "cart.xml", "--state", "state.json", "--actions", "actions.json", "--out", mbmix["rollout.json"], "--gradient");
        Assert.True(rolled.ExitCode == 0, string.Join("; ", rolled.Errors));
        string run = Directory.EnumerateDirectories(mbmix["c/runs"], "seed0", SearchOption.AllDirectories).First(d => d.Contains("arm", StringComparison.Ordinal));
        var transferred = mbmix.Run("transfer", "--policy", run, "--from", "arm.xml", "--to", "mujoco:arm.xml", "--episodes", "2", "--states", "4");
        Assert.True(transferred.ExitCode == 0, string.Join("; ", transferred.Errors));
        Assert.Contains("one control step of mujoco/robot-v1 from mujoco/robot-v1", transferred.Output, StringComparison.Ordinal);
    }
}
