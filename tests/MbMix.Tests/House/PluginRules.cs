using System.Xml.Linq;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>The build rules of plugins (eng/package) and the loader agree on what the host shares.</summary>
public sealed class PluginRules
{
    [Fact]
    public void The_build_leaves_out_what_the_loader_shares()
    {
        var rules = XDocument.Load(Path.Combine(Shell.Root, "eng", "package", "MbMix.Plugin.targets"));
        var left = rules.Descendants("MbMixSharedPackage").SelectMany(e => e.Attribute("Include")!.Value.Split(';'));
        Assert.Equal(PluginChecks.Shared.Order(), left.Order());
    }

    [Fact]
    public void The_plugins_of_this_repository_carry_only_what_is_theirs()
    {
        string[] folders = Directory.GetDirectories(Path.Combine(Shell.Host, "plugins"));
        Assert.NotEmpty(folders);
        foreach (string folder in folders)
        {
            string name = Path.GetFileName(folder);
            string[] own = ["MbMix." + name];
            var files = Directory.GetFiles(folder, "*.dll", SearchOption.AllDirectories);
            Assert.Equal(own.Order(), files.Select(f => Path.GetFileNameWithoutExtension(f)).Order());
            Assert.Empty(Directory.GetFiles(folder, "*.so", SearchOption.AllDirectories));
        }
    }
}
