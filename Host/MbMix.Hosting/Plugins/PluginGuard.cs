namespace MbMix.Hosting;

/// <summary>Turns what a plugin's factory throws into one line that names the plugin.</summary>
internal static class PluginGuard
{
    /// <summary>Calls a factory.</summary>
    public static T Make<T>(ComponentInfo component, Func<T> create)
    {
        try
        {
            return create() ?? throw new MbMixException($"{component.Id} (plugin {component.Plugin}) could not be made: its factory returned nothing.");
        }
        catch (Exception e) when (e is not MbMixException)
        {
            throw new MbMixException($"{component.Id} (plugin {component.Plugin}) could not be made: {OneLine.WithType(e)}", e);
        }
    }
}
