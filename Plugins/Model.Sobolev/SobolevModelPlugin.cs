using MbMix.Model.Sobolev;

[assembly: MbMix.MbMixPlugin(typeof(SobolevModelPlugin))]

namespace MbMix.Model.Sobolev;

/// <summary>
/// Registers the dynamics models: a network trained on values and derivatives, and the environment as its own model.
/// </summary>
public sealed class SobolevModelPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        registry.AddModel<SobolevMlpOptions>(
            SobolevMlp.Id, "A network trained on the values and derivatives of the dynamics.", (options, context) =>
                new SobolevMlp(options, context));
        registry.AddModel<NoOptions>(
            ExactModel.Id, "The environment as its own model: a control for experiments.", (_, context) =>
                new ExactModel(context));
    }
}
