using MbMix.Hosting;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class HostPluginScanTests : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Good_plugins_are_used_and_each_bad_one_gets_one_line()
    {
        HostPluginBuilder.Write(folder.Path, "Acme.Good");
        HostPluginBuilder.Write(folder.Path, "Acme.Throws", throws: true);
        HostPluginBuilder.Write(folder.Path, "Acme.Future", contract: "3.0");
        HostPluginBuilder.Write(folder.Path, "Acme.NewerMinor", contract: "2.7");
        HostPluginBuilder.Write(folder.Path, "Acme.NewerReference", abstractions: new Version(9, 0, 0, 0));
        HostPluginBuilder.Write(folder.Path, "Acme.Needy", needs: "Acme.Missing");
        HostPluginBuilder.Write(folder.Path, "Acme.NoPlugin", implements: false);
        HostPluginBuilder.Write(folder.Path, "Acme.NoAttribute", contract: null);
        string copy = HostPluginBuilder.Write(folder.Path, "Acme.PrivateCopy");
        File.Copy(typeof(IMbMixPlugin).Assembly.Location, Path.Combine(copy, "MbMix.Abstractions.dll"));
        Directory.CreateDirectory(folder["Acme.Empty"]);
        Directory.CreateDirectory(folder["Acme.Garbage"]);
        File.WriteAllText(folder["Acme.Garbage/Acme.Garbage.dll"], "this is no assembly");
        CopyTestPlugin(folder["Tests.Plugin"]);

        var catalog = new PluginCatalog([], [folder.Path]);

        Assert.Equal(["Acme.Good", "MbMix.Tests.Plugin"], catalog.Plugins.Select(p => p.Name));
        Assert.Contains(catalog.Components, c => c.Id == "test/point-v1");
        Assert.Contains(catalog.Presets, p => p.Name == "point");
        var problems = catalog.Problems.ToDictionary(p => p.Plugin, p => p.Message);
        Assert.Equal("its constructor threw InvalidOperationException: no licence for flying", problems["Acme.Throws"]);
        Assert.Contains($"contract version 3.0, but this host has {ContractVersion.Current}", problems["Acme.Future"], StringComparison.Ordinal);
        Assert.Contains($"contract version 2.7, but this host has {ContractVersion.Current}", problems["Acme.NewerMinor"], StringComparison.Ordinal);
        Assert.Contains("MbMix.Abstractions 9.0.0.0, but this host has 0.1.0.0", problems["Acme.NewerReference"], StringComparison.Ordinal);
        Assert.Contains("needs Acme.Missing 3.2.1.0, which is neither in its folder nor part of the host", problems["Acme.Needy"], StringComparison.Ordinal);
        Assert.Equal("Entry does not implement IMbMixPlugin", problems["Acme.NoPlugin"]);
        Assert.Contains("[assembly: MbMixPlugin(typeof(...))]", problems["Acme.NoAttribute"], StringComparison.Ordinal);
        Assert.Contains("carries its own MbMix.Abstractions.dll", problems["Acme.PrivateCopy"], StringComparison.Ordinal);
        Assert.Contains("ExcludeAssets", problems["Acme.PrivateCopy"], StringComparison.Ordinal);
        Assert.Equal("has no assembly in its folder", problems["Acme.Empty"]);
        Assert.Equal("Acme.Garbage.dll is not a .NET assembly", problems["Acme.Garbage"]);
        Assert.Equal(10, problems.Count);
        Assert.All(problems.Values, message => Assert.DoesNotContain('\n', message));
    }

    [Fact]
    public void A_plugin_lives_in_its_own_context_but_shares_the_contracts()
    {
        CopyTestPlugin(folder["Tests.Plugin"]);
        var catalog = new PluginCatalog([], [folder.Path]);
        var options = catalog.Find(ComponentKind.Algorithm, "ascent").OptionsType;
        Assert.NotEqual(typeof(AscentOptions), options);
        Assert.Equal(typeof(ModelUse), options.GetProperty("Model")!.PropertyType);
    }

    [Fact]
    public void A_plugins_own_folder_can_be_named_as_well()
    {
        CopyTestPlugin(folder["Tests.Plugin"]);
        Assert.Single(new PluginCatalog([], [folder["Tests.Plugin"]]).Plugins);
    }

    [Fact]
    public void The_same_folder_under_several_names_is_scanned_once()
    {
        CopyTestPlugin(folder["plugins/Tests.Plugin"]);
        Directory.CreateSymbolicLink(folder["link"], folder["plugins"]);
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder["plugins"]);
        var catalog = new PluginCatalog(
            [],
            [
                folder["plugins"], folder["plugins/"], folder["link"], relative, folder["plugins/Tests.Plugin"],
                folder["link/Tests.Plugin/"], folder["nowhere"], folder["nowhere/"],
            ]);
        Assert.Equal("MbMix.Tests.Plugin", Assert.Single(catalog.Plugins).Name);
        Assert.Equal("there is no such folder", Assert.Single(catalog.Problems).Message);
    }

    [Fact]
    public void Another_copy_of_a_plugin_is_told_apart_by_its_file()
    {
        CopyTestPlugin(folder["a/Tests.Plugin"]);
        CopyTestPlugin(folder["b/Tests.Plugin"]);
        Assert.EndsWith(
            $"is already registered by the copy in {folder["a/Tests.Plugin/MbMix.Tests.Plugin.dll"]}",
            Assert.Single(new PluginCatalog([], [folder["a"], folder["b"]]).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_which_nothing_is_found_is_a_problem()
    {
        Assert.Equal(
            "has neither a plugin nor folders with plugins",
            Assert.Single(new PluginCatalog([], [folder.Path]).Problems).Message);
        HostPluginBuilder.Write(folder.Path, "Acme.NoAttribute", contract: null);
        Assert.Contains(
            "[assembly: MbMixPlugin(typeof(...))]",
            Assert.Single(new PluginCatalog([], [folder["Acme.NoAttribute"]]).Problems).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_a_problem_not_an_error() => Assert.Equal("there is no such folder", Assert.Single(new PluginCatalog([], [folder["nowhere"]]).Problems).Message);

    [Fact]
    public void Two_plugins_in_one_folder_need_a_name_to_go_by()
    {
        HostPluginBuilder.Write(folder.Path, "Acme.One");
        File.Copy(typeof(TestPlugin).Assembly.Location, folder["Acme.One/MbMix.Tests.Plugin.dll"]);
        Assert.Equal("Acme.One", Assert.Single(new PluginCatalog([], [Path.GetDirectoryName(folder["x"])!]).Plugins).Name);
        Directory.Move(folder["Acme.One"], folder["Both"]);
        Assert.Contains("several plugin assemblies", Assert.Single(new PluginCatalog([], [folder["Both"]]).Problems).Message, StringComparison.Ordinal);
    }

    private static void CopyTestPlugin(string to)
    {
        Directory.CreateDirectory(to);
        string assembly = typeof(TestPlugin).Assembly.Location;
        File.Copy(assembly, Path.Combine(to, Path.GetFileName(assembly)));
    }
}
