using MbMix.Tests.Support;
using MujocoSharp;
using MujocoSharp.Native;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>Finding and testing the library, and refusing one that is not what it claims to be.</summary>
public sealed class MujocoLibraryTests
{
    [Fact]
    public void It_is_installed_and_known()
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        Assert.Null(problem);
        Assert.Contains(MujocoLibrary.Version, MujocoLibrary.KnownVersions);
        MujocoLibrary.Load();
    }

    [Fact]
    public void A_missing_file_is_named_with_what_to_install()
    {
        var missing = Assert.Throws<MujocoException>(() => Resolver.Find("/no/such/libmujoco.so"));
        Assert.Equal(MujocoError.Library, missing.Kind);
        Assert.Equal(
            "the MuJoCo library /no/such/libmujoco.so does not exist; name another file, or install MuJoCo: "
            + "apt-get install libmujoco2.2.2.",
            missing.Message);
        Assert.Contains(
            "is not a library that this process can load",
            Assert.Throws<MujocoException>(() => Resolver.Find(typeof(MujocoLibrary).Assembly.Location)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_library_is_refused()
    {
        MujocoLibrary.Load();
        var refused = Assert.Throws<MujocoException>(() => MujocoLibrary.Load(new() { Path = "/other/libmujoco.so" }));
        Assert.Contains("already loaded", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/other/libmujoco.so", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.nq", 8)]
    [InlineData("model.nsensordata", -4)]
    [InlineData("option.timestep", 8)]
    [InlineData("option.integrator", 4)]
    [InlineData("model.body_mass", 8)]
    [InlineData("model.actuator_ctrlrange", 8)]
    [InlineData("data.time", 8)]
    [InlineData("data.qpos", 8)]
    [InlineData("data.sensordata", 8)]
    [InlineData("data.site_xpos", 8)]
    [InlineData("data.ncon", -4)]
    [InlineData("data.warning", 8)]
    [InlineData("contact.geom2", -4)]
    [InlineData("constant.mjOBJ_JOINT", 2)]
    public void The_self_test_finds_a_field_that_is_elsewhere(string field, int shift)
    {
        var library = MujocoLibrary.Required;
        var wrong = library.Layout.With(field, shift);
        Assert.NotEqual(library.Layout[field], wrong[field]);
        var refused = Assert.Throws<MujocoException>(
            () => SelfTest.Run(library with { Layout = wrong, Trusted = false }));
        Assert.Equal(MujocoError.Version, refused.Kind);
        Assert.Contains(library.Path, refused.Message, StringComparison.Ordinal);
        SelfTest.Run(library);
    }

    [Fact]
    public async Task The_table_is_what_the_headers_of_this_machine_give()
    {
        string headers = MujocoReference.Headers;
        var run = await Shell.RunAsync("bash", [Path.Combine(Shell.Root, "eng/mujoco/layouts.sh"), headers]);
        Assert.True(run.Code == 0, $"this needs gcc and libmujoco-dev (apt-get install gcc libmujoco-dev): {run.Error}");
        var generated = new LayoutTable(new StringReader(run.Output));
        int version = Assert.Single(generated.Versions);
        Assert.Equal(MujocoLibrary.Version, MujocoLibrary.Name(version));
        Assert.Equal(
            generated.Of(version)!.Fields.OrderBy(f => f.Key), Layout.Of(version)!.Fields.OrderBy(f => f.Key));
    }

    [Fact]
    public void The_layout_covers_what_the_headers_say()
    {
        var layout = Layout.Of(222)!;
        Assert.Equal(
            (8, 41176, 528),
            (layout.Constant("sizeof.mjtNum"), layout.Constant("sizeof.mjData"), layout.Constant("sizeof.mjContact")));
        Assert.Equal(new LayoutField(40376, "mjtNum*", "nq", "1"), layout["data.qpos"]);
        Assert.Equal(new LayoutField(41168, "mjtNum*", "nbody", "6"), layout["data.cfrc_ext"]);
    }
}
