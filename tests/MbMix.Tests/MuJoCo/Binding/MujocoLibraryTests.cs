using System.Text.RegularExpressions;
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

    /// <summary>Every array that has a property, by the source that finds it.</summary>
    public static TheoryData<string> Arrays()
    {
        var arrays = new TheoryData<string>();
        foreach (string owner in (string[])["model", "data"])
        {
            string name = owner == "model" ? "MjModel" : "MjData";
            string source = File.ReadAllText(Path.Combine(Shell.Root, "MujocoSharp", $"{name}.Arrays.cs"));
            foreach (Match match in Regex.Matches(source, @"fields\.Array\(""(\w+)""\)")) arrays.Add($"{owner}.{match.Groups[1].Value}");
        }
        Assert.True(arrays.Count > 80);
        return arrays;
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public unsafe void The_self_test_covers_every_array(string field)
    {
        var library = MujocoLibrary.Required;
        if (!library.Layout.Has(field)) return;
        using var model = MjModel.FromXml(SelfTestModel.Text);
        using var data = new MjData(model);
        byte* structure = (byte*)(field[0] == 'm' ? model.Pointer : data.Pointer);
        nint* own = (nint*)(structure + library.Layout[field].Offset);

        // the pointer before or after it, in place of its own
        foreach (int shift in (int[])[1, -1])
        {
            // an empty array is where the next one is
            if (own[shift] == own[0]) continue;
            var wrong = library with { Layout = library.Layout.With(field, shift * sizeof(nint)), Trusted = false };
            Assert.Equal(MujocoError.Version, Assert.Throws<MujocoException>(() => SelfTest.Run(wrong)).Kind);
        }
    }

    [Fact]
    public void A_layout_of_another_version_is_refused_unless_it_is_the_same()
    {
        var library = MujocoLibrary.Required;
        var accepted = new List<string>();
        foreach (int version in Layout.Known)
        {
            string name = MujocoLibrary.Name(version);
            var tried = library with { Layout = Layout.Of(version)!, LayoutVersion = name, Version = "99.0.0", Trusted = false };
            try
            {
                SelfTest.Run(tried);
                accepted.Add(name);
            }
            catch (MujocoException e)
            {
                Assert.Equal(MujocoError.Version, e.Kind);
                Assert.Contains($"is MuJoCo 99.0.0, which is not known here; it was tried as {name}", e.Message, StringComparison.Ordinal);
                Assert.Contains(Resolver.Variable, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        Assert.Contains(library.Version, accepted);

        // releases that differ in nothing but their number
        Assert.InRange(accepted.Count, 1, 3);
    }

    [Fact]
    public void An_unknown_version_is_tried_as_the_one_before_it()
    {
        Assert.Equal(["2.2.2", "3.5.0", "3.12.0", "3.12.0"], new[] { 210, 3005009, 3012001, 4000000 }.Select(v => MujocoLibrary.Name(Layout.Nearest(v))));
        Assert.Equal(("3.4.0", "3.12.1"), (MujocoLibrary.Name(340), MujocoLibrary.Name(3012001)));
    }

    [Fact]
    public void A_folder_is_searched_as_releases_and_Python_packages_are_laid_out()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-mujoco-").FullName;
        try
        {
            var empty = Assert.Throws<MujocoException>(() => Resolver.Find(folder));
            Assert.Contains($"the folder {folder} holds no MuJoCo library", empty.Message, StringComparison.Ordinal);

            // a release
            string lib = Path.Combine(folder, "lib");
            Directory.CreateDirectory(lib);
            string known = Path.Combine(lib, $"libmujoco.so.{MujocoLibrary.Version}");
            File.CreateSymbolicLink(known, MujocoLibrary.Path);
            File.WriteAllText(Path.Combine(lib, "libmujoco.so.77.0.0"), "not a library");
            Assert.Equal(known, Resolver.Find(folder).Path);
            Assert.Equal(known, Resolver.Find(lib).Path);

            // a Python package
            string package = Path.Combine(folder, "mujoco");
            Directory.Move(lib, package);
            Assert.Equal(Path.Combine(package, Path.GetFileName(known)), Resolver.Find(package).Path);
            Assert.Equal(Path.Combine(package, Path.GetFileName(known)), Resolver.Find(folder).Path);
            string wheel = Path.Combine(folder, "mujoco-3.5.0-cp312-manylinux.whl");
            File.WriteAllText(wheel, "PK");
            Assert.Contains("unpack it", Assert.Throws<MujocoException>(() => Resolver.Find(wheel)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
