using System.Diagnostics;
using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>
/// Untrusted model files are refused with their name and the cause, or are good models; the process survives.
/// </summary>
public sealed class HostileModelTests
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private static readonly MjLoadOptions Limits = new() { MaximumTime = TimeSpan.FromSeconds(5) };
    private const long MemoryLimit = 2L << 30;

    [Fact]
    public void Five_hundred_are_refused_one_by_one()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-hostile-").FullName;
        try
        {
            var models = new HostileModels(folder);
            int refused = 0, accepted = 0;
            foreach (string file in models.Certain())
            {
                Assert.True(
                    Refused(file),
                    $"{file} was accepted: {Beginning(file)}");
                refused++;
            }
            int certain = refused;
            Assert.True(certain > 60, $"only {certain} files made by hand");
            for (int i = 0; refused < 500; i++)
            {
                if (Refused(models.Mutation(i)))
                    refused++;
                else
                    accepted++;
            }
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{certain} files made by hand and {refused - certain} mutations refused; "
                + $"{accepted} mutations are good models");
            Assert.Equal(500, refused);
            Assert.True(accepted > 50, $"only {accepted} mutations are good models: the checks refuse too much");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Limits_can_be_set()
    {
        string xml = File.ReadAllText(MujocoReference.Model("clutter"));
        MujocoError Kind(MjLoadOptions options) =>
            Assert.Throws<MujocoException>(() => MjModel.FromXml(xml, options)).Kind;
        Assert.Equal(MujocoError.Memory, Kind(new() { MaximumMemory = 1_000_000 }));
        Assert.Equal(MujocoError.Model, Kind(new() { MaximumText = 100 }));
        Assert.Equal(MujocoError.Model, Kind(new() { MaximumElements = 10 }));
        string file = MujocoReference.Model("arm");
        var textures = Enumerable.Range(0, 3).Select(i => $"<texture name='{i}' type='2d' file='{file}'/>");
        string asset = $"<mujoco><asset>{string.Concat(textures)}</asset></mujoco>";
        Assert.Contains(
            "MaximumAssets",
            Assert.Throws<MujocoException>(() => MjModel.FromXml(asset, new() { MaximumAssets = 5000 })).Message,
            StringComparison.Ordinal);
        using var model = MjModel.FromXml(xml);
        Assert.Equal(8, model.NBody);
    }

    [Fact]
    public void A_compilation_that_never_ends_is_aborted()
    {
        // simulates 1e9 seconds to find the length range of a muscle
        string xml = File.ReadAllText(MujocoReference.Model("arm")).Replace(
            "<default>",
            "<compiler><lengthrange inttotal=\"1e9\" useexisting=\"false\"/></compiler><default>",
            StringComparison.Ordinal);
        var clock = Stopwatch.StartNew();
        var given = Assert.Throws<MujocoException>(
            () => MjModel.FromXml(xml, new() { MaximumTime = TimeSpan.FromSeconds(0.5) }));
        Assert.Contains("takes too long", given.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.4, 15);
        using var next = MjModel.FromFile(MujocoReference.Model("arm"));
        Assert.True(next.Array("actuator_lengthrange")[1] > 0);
    }

    [Fact]
    public void The_deepest_nesting_that_MuJoCo_reads_fits_a_small_stack()
    {
        string open = string.Concat(Enumerable.Repeat("<body pos='0 0 1'><joint/><geom size='0.1'/>", 95));
        string close = string.Concat(Enumerable.Repeat("</body>", 95));
        string xml = $"<mujoco><worldbody>{open}{close}</worldbody></mujoco>";
        int bodies = 0;
        Exception? problem = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    using var model = MjModel.FromXml(xml);
                    bodies = model.NBody;
                }
                catch (MujocoException e)
                {
                    problem = e;
                }
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Null(problem);
        Assert.Equal(96, bodies);
    }

    private static string Beginning(string file)
    {
        string text = File.Exists(file) ? File.ReadAllText(file) : string.Empty;
        return text[..Math.Min(300, text.Length)];
    }

    private static bool Refused(string file)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var model = MjModel.FromFile(file, Limits);
            using var data = new MjData(model);
            data.Step(2);
            return false;
        }
        catch (MujocoException e)
        {
            Assert.StartsWith(file, e.Message, StringComparison.Ordinal);
            Assert.True(
                e.Message.Length > file.Length + 8 && !e.Message.Contains('\n', StringComparison.Ordinal), e.Message);
            return true;
        }
        finally
        {
            Assert.True(clock.Elapsed < TimeLimit, $"{file} took {clock.Elapsed}");
            Assert.True(
                Environment.WorkingSet < MemoryLimit,
                $"{file} made the process take {Environment.WorkingSet >> 20} MB");
        }
    }
}
