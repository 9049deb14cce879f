using MbMix;
using MbMix.Simulation;
using Template.Project;

[assembly: MbMixPlugin(typeof(TemplateClassPlugin))]

namespace Template.Project;

/// <summary>Registers <c>template-prefix/template-name-v1</c>.</summary>
public sealed class TemplateClassPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<TemplateClassOptions>(
        TemplateClass.Id,
        "Bring the load of a crane to a point and stop it from swinging",
        (options, context) => TracedEnv.Create(new TemplateClass(options), options, context));
}
