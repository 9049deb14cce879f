namespace MbMix.Hosting;

/// <summary>Turns exceptions of a plugin's factory into one line that names the plugin.</summary>
internal static class PluginGuard
{
    /// <summary>Calls a factory.</summary>
    public static T Make<T>(ComponentInfo component, Func<T> create)
    {
        try
        {
            return create()
                ?? throw new MbMixException(
                    $"{component.Id} (plugin {component.Plugin}) could not be created: its factory returned nothing.");
        }
        catch (Exception e) when (e is not MbMixException)
        {
            throw new MbMixException(
                $"{component.Id} (plugin {component.Plugin}) could not be created: {OneLine.WithType(e)}", e);
        }
    }
}
