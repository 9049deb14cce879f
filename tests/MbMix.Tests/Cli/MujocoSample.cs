using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>
/// A program that uses only the binding, and what it prints if MuJoCo is missing or has another version.
/// </summary>
public sealed class MujocoSample
{
    private static string Program =>
        Path.Combine(Shell.Root, "samples", "mujoco-only", "bin", Shell.Configuration, "net10.0", "Samples.MujocoOnly");

    [Fact]
    public async Task It_balances_a_pole_and_says_in_one_line_what_is_missing()
    {
        string binding = Path.Combine(Shell.Root, "MujocoSharp", "bin", Shell.Configuration, "net10.0");
        var build = await Shell.RunAsync(
            "dotnet", ["build", "-c", Shell.Configuration, "samples/mujoco-only", $"-p:MujocoSharp={binding}"]);
        Assert.True(build.Code == 0, build.Output + build.Error);

        string folder = Directory.CreateTempSubdirectory("mbmix-mujoco-").FullName;
        try
        {
            var run = await Shell.RunAsync(Program, [], folder);
            Assert.True(run.Code == 0, run.Output + run.Error);
            Assert.Contains("0.0000 rad from upright", Assert.Single(run.OutputLines), StringComparison.Ordinal);
            Assert.Equal("", run.Error);
            Assert.Empty(Directory.GetFileSystemEntries(folder));

            var missing = await Shell.RunAsync(Program, [], folder, ("MUJOCO_LIBRARY", "/no/such/library.so"));
            Assert.Equal(1, missing.Code);
            Assert.Equal(
                "the MuJoCo library /no/such/library.so named in MUJOCO_LIBRARY does not exist; "
                + "name another file, or unset MUJOCO_LIBRARY to use the installed one "
                + "(apt-get install libmujoco2.2.2).",
                Assert.Single(missing.ErrorLines));

            var foreign = await Shell.RunAsync(Program, [], folder, ("MUJOCO_LIBRARY", "libc.so.6"));
            Assert.Contains(
                "libc.so.6 is not a MuJoCo library", Assert.Single(foreign.ErrorLines), StringComparison.Ordinal);

            string newer = Path.Combine(folder, "newer.so");
            await File.WriteAllTextAsync(Path.Combine(folder, "newer.c"), "int mj_version(void) { return 4000000; }");
            var compile = await Shell.RunAsync("gcc", ["-shared", "-o", newer, Path.Combine(folder, "newer.c")]);
            Assert.True(compile.Code == 0, compile.Error);
            var refused = await Shell.RunAsync(Program, [], folder, ("MUJOCO_LIBRARY", newer));
            Assert.Equal(1, refused.Code);
            Assert.Contains(
                "is MuJoCo 4.0.0, which lacks a function that is needed here",
                Assert.Single(refused.ErrorLines),
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
