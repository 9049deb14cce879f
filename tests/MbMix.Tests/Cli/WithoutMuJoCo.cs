using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>
/// On a machine without the MuJoCo library everything else works, and one line says what is missing and how to get it.
/// </summary>
public sealed class WithoutMuJoCo
{
    private static readonly (string, string) Nowhere = ("MUJOCO_LIBRARY", "/nowhere/libmujoco.so");

    [Fact]
    public async Task List_shows_the_environments_and_what_they_lack()
    {
        var result = await Shell.FinishAsync(Shell.Start(Shell.MbMix, ["list"], null, Nowhere));
        Assert.Equal(0, result.Code);
        Assert.Contains("diffrl/cartpole-swingup-v1", result.Output, StringComparison.Ordinal);
        string[] lines = result.Output.Split('\n');
        int missing = Array.FindIndex(
            lines, line => line.Contains("apt-get install libmujoco2.2.2", StringComparison.Ordinal));
        Assert.Equal("Not usable here", lines[missing - 1]);
        Assert.Contains("mujoco/hopper-v5", lines[missing + 1], StringComparison.Ordinal);
        Assert.DoesNotContain("Plugins not in use", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_says_in_one_line_what_to_do()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix").FullName;
        var result = await Shell.FinishAsync(
            Shell.Start(Shell.MbMix, ["train", "mujoco/hopper-v5", "--algo", "shac"], folder, Nowhere));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, result.Code);
        string error = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: mujoco/hopper-v5 cannot be made: ", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install libmujoco2.2.2", error, StringComparison.Ordinal);
    }
}
