using MbMix.Sim.MuJoCoFD;
using MujocoSharp;

[assembly: MbMix.MbMixPlugin(typeof(SimMuJoCoFDPlugin))]

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The environments on MuJoCo.</summary>
public sealed class SimMuJoCoFDPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        Add<InvertedPendulumOptions>(registry, InvertedPendulum.Id, "inverted-pendulum", "Balance a pole on a cart.", (o, m) => new InvertedPendulum(o, m));
    }

    private static void Add<TOptions>(IPluginRegistry registry, string id, string model, string description, Func<TOptions, MjModel, IMuJoCoTask> task)
        where TOptions : MuJoCoOptions, new()
        => registry.AddEnvironment<TOptions>(id, description, (options, context) => Create(id, model, options, context, m => task(options, m)), () => MujocoLibrary.TryLoad(out string? problem) ? null : problem);

    private static IDifferentiableEnv Create(string id, string model, MuJoCoOptions options, EnvContext context, Func<MjModel, IMuJoCoTask> task)
    {
        MjModel? compiled = null;
        try
        {
            compiled = ModelFiles.Load(model);
            var formulas = task(compiled);
            var env = new MuJoCoEnv(formulas, compiled, options, context);
            return formulas.Traits.Predictive ? new PredictiveMuJoCoEnv(env) : env;
        }
        catch (MujocoException e)
        {
            compiled?.Dispose();
            throw new MbMixException($"{id} cannot be made: {e.Message}", e);
        }
    }
}
