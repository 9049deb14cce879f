namespace MbMix.Hosting;

/// <summary>Why a plugin is not used.</summary>
/// <param name="Plugin">Its name or folder.</param>
/// <param name="Message">One line.</param>
public sealed record PluginProblem(string Plugin, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => OneLine.Limit($"plugin {Plugin}: {Message}", taken: 20);
}
