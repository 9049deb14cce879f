using System.Diagnostics;
using System.Runtime.Loader;

namespace MbMix.Hosting;

/// <summary>
/// Faults in code of plugins that nobody called, such as an exception on a thread of their own, which ends the process.
/// </summary>
public static class PluginFaults
{
    /// <summary>
    /// One line about such an exception, for a program that is about to end because of it. A note of the present start
    /// names the plugin as well.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (Culprit(exception) is not { } plugin)
            return $"unexpected failure on another thread: {OneLine.Of(exception)}";
        PluginWatch.Blame(plugin);
        string what = OneLine.WithType(exception);
        return $"plugin {plugin} threw on a thread of its own: {what}; --without {plugin} skips it";
    }

    /// <summary>
    /// One line about the plugin that is being loaded; null where none is. To be asked when the process ends before its
    /// time.
    /// </summary>
    public static string? DescribeExit() =>
        PluginWatch.Loading is { } plugin
            ? $"the process ended while plugin {plugin} was being loaded; --without {plugin} skips it" : null;

    private static string? Culprit(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (Owner(new StackTrace(e)) is { } plugin) return plugin;
        }
        return null;
    }

    // a plugin's load context is called after its assembly
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
