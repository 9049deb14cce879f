namespace MbMix.Hosting;

/// <summary>The reason why a plugin is not in use.</summary>
/// <param name="Plugin">Name or folder of the plugin.</param>
/// <param name="Message">The reason, in one line.</param>
public sealed record PluginProblem(string Plugin, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => OneLine.Limit($"plugin {Plugin}: {Message}", taken: 20);
}
