using System.Reflection;

namespace MbMix.Tests.Support;

/// <summary>Every plugin of this repository that the tests are built with, found as the host finds them: by their assemblies' attribute.</summary>
internal static class BundledPlugins
{
    public static IMbMixPlugin[] All() =>
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "MbMix.*.dll").Order(StringComparer.Ordinal)
            .Select(path => Assembly.Load(Path.GetFileNameWithoutExtension(path)))
            .SelectMany(assembly => assembly.GetCustomAttributes<MbMixPluginAttribute>())
            .Select(attribute => (IMbMixPlugin)Activator.CreateInstance(attribute.Registration)!),
    ];
}
