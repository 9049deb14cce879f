namespace MbMix.Hosting;

/// <summary>An environment in the catalog, with its factory.</summary>
internal sealed record EnvironmentEntry(
    string Id,
    string Description,
    Type OptionsType,
    string Plugin,
    Func<object, EnvContext, IDifferentiableEnv> Create,
    Func<string?>? WhyUnavailable = null)
    : ComponentInfo(ComponentKind.Environment, Id, Description, OptionsType, Plugin)
{
    /// <inheritdoc/>
    public override string? FindUnavailable()
    {
        try
        {
            return WhyUnavailable?.Invoke();
        }
        catch (Exception e)
        {
            return $"plugin {Plugin} threw when asked whether it can be used here: {OneLine.WithType(e)}";
        }
    }
}
