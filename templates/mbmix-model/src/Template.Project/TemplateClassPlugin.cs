using MbMix;
using Template.Project;

[assembly: MbMixPlugin(typeof(TemplateClassPlugin))]

namespace Template.Project;

/// <summary>Registers the model <c>template-prefix/template-name-v1</c>.</summary>
public sealed class TemplateClassPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddModel<TemplateClassOptions>(
        TemplateClass.Id,
        "Change of state by least squares: quadratic in features and action",
        (options, context) => new TemplateClass(options, context));
}
