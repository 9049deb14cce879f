namespace MbMix;

/// <summary>
/// Registers what a plugin offers. A host finds it through the <see cref="MbMixPluginAttribute"/> when it scans a
/// folder; an embedding program adds it to its services. Registration must do no work and touch no tensors.
/// </summary>
public interface IMbMixPlugin
{
    /// <summary>Adds the plugin's environments, models and algorithms.</summary>
    /// <param name="registry">Where to add them.</param>
    void Register(IPluginRegistry registry);
}
