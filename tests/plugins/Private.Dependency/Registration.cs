using System.Diagnostics;
using Counting;
using ICSharpCode.SharpZipLib.Checksum;
using MbMix;
using Spectre.Console;

[assembly: MbMixPlugin(typeof(PrivateDependency.Registration))]

namespace PrivateDependency;

/// <summary>Uses two libraries in versions of its own, and says which it got.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<CounterOptions>(
        CounterEnv.Id, $"Spectre.Console {Version(typeof(Markup))}, SharpZipLib {Version(typeof(Crc32))}", Create);

    // by now, the host has loaded its own versions of both
    private static CounterEnv Create(CounterOptions options, EnvContext context)
    {
        var crc = new Crc32();
        crc.Update("123456789"u8.ToArray());
        string text = Markup.Remove($"[bold]{crc.Value:X}[/]");
        Console.Error.WriteLine(
            $"checksum {text} with Spectre.Console {Version(typeof(Markup))}, SharpZipLib {Version(typeof(Crc32))}");
        return new CounterEnv(options);
    }

    private static string? Version(Type type) =>
        FileVersionInfo.GetVersionInfo(type.Assembly.Location).ProductVersion?.Split('+')[0];
}
