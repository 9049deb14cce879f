using System.Diagnostics;
using System.Runtime.Loader;

namespace MbMix.Hosting;

/// <summary>
/// Describes faults of plugin code outside of any call by the host, such as an exception on one of the plugin's own
/// threads, which ends the process.
/// </summary>
public static class PluginFaults
{
    /// <summary>
    /// Describes such an exception in one line, for a program that is about to end because of it. The note of the
    /// current start then names the plugin as well.
    /// </summary>
    /// <param name="exception">The exception that was thrown.</param>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (Culprit(exception) is not { } plugin)
            return $"unexpected failure on another thread: {OneLine.Of(exception)}";
        PluginWatch.Blame(plugin);
        string what = OneLine.WithType(exception);
        return $"plugin {plugin} threw on a thread of its own: {what}; {ApiTerms.Without} {plugin} skips it";
    }

    /// <summary>
    /// Describes an exception in one line that names the plugin whose code threw it; null if none did.
    /// </summary>
    /// <param name="exception">The exception that was thrown.</param>
    public static string? DescribeThrown(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Culprit(exception) is { } plugin ? $"plugin {plugin} threw: {OneLine.WithType(exception)}" : null;
    }

    /// <summary>
    /// Describes the plugin that is being loaded in one line; null if none is. Call it when the process ends
    /// unexpectedly.
    /// </summary>
    public static string? DescribeExit() =>
        PluginWatch.Loading is { } plugin
            ? $"the process ended while plugin {plugin} was being loaded; {ApiTerms.Without} {plugin} skips it" : null;

    private static string? Culprit(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (Owner(new StackTrace(e)) is { } plugin) return plugin;
        }
        return null;
    }

    // a plugin's load context has the name of its assembly
    private static string? Owner(StackTrace stack)
    {
        foreach (var frame in stack.GetFrames())
        {
            if (frame.GetMethod()?.Module.Assembly is not { } assembly || assembly.IsDynamic) continue;
            if (AssemblyLoadContext.GetLoadContext(assembly) is { Name: { } name } context
                && context != AssemblyLoadContext.Default)
                return name;
        }
        return null;
    }
}
