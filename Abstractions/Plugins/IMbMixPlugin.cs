namespace MbMix;

/// <summary>
/// What a plugin offers. Found through <see cref="MbMixPluginAttribute"/> when a folder is scanned, or added to the services of an
/// embedding program; both ways lead here. Registering does no work and touches no tensor.
/// </summary>
public interface IMbMixPlugin
{
    /// <summary>Adds the plugin's environments, models and algorithms.</summary>
    void Register(IPluginRegistry registry);
}
