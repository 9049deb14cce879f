using MbMix;
using Template.Project;

[assembly: MbMixPlugin(typeof(TemplateClassPlugin))]

namespace Template.Project;

/// <summary>Registers the algorithm <c>template-prefix/template-name-v1</c>.</summary>
public sealed class TemplateClassPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddAlgorithm<TemplateClassOptions>(
        TemplateClass.Id,
        "Gradient of the reward over a window, through the simulator",
        _ => new AlgorithmNeeds(Gradients: true, ModelUse.None, PredictiveEnv: false),
        (options, context) => new TemplateClass(options, context));
}
