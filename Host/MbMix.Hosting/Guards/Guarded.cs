namespace MbMix.Hosting;

/// <summary>
/// Creates components of plugins and wraps them in checks, so that a mistake is one line that names the plugin, the
/// member, what came and what was expected, instead of an error inside somebody else's code or a run on garbage.
/// </summary>
internal static class Guarded
{
    /// <summary>Creates an environment and tries it.</summary>
    /// <exception cref="MbMixException">It cannot be created, or breaks a promise.</exception>
    public static GuardedEnv Environment(EnvironmentEntry entry, object options, EnvContext context)
    {
        var env = PluginGuard.Make(entry, () => entry.Create(options, context));
        try
        {
            var boundary = Boundary.Of(entry);
            boundary.Require(env);
            var guarded = GuardedEnv.Wrap(env, boundary);
            // the probe works in tensors; where there are none, nobody can learn from the environment either
            if (TorchLibrary.IsPresent) EnvProbe.Run(guarded, boundary, context.Logger);
            guarded.Watch(context.Logger);
            return guarded;
        }
        catch
        {
            env.Dispose();
            throw;
        }
    }

    /// <summary>Creates a dynamics model.</summary>
    /// <exception cref="MbMixException">It cannot be created, or its description is not sound.</exception>
    public static GuardedModel Model(ModelEntry entry, object options, ModelContext context)
    {
        var model = PluginGuard.Make(entry, () => entry.Create(options, context));
        try
        {
            var boundary = Boundary.Of(entry);
            boundary.Require(model);
            return GuardedModel.Wrap(model, boundary, context.Env.Spec, context.Logger);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Creates an algorithm.</summary>
    /// <exception cref="MbMixException">It cannot be created, or has no policy.</exception>
    public static GuardedOptimizer Algorithm(AlgorithmEntry entry, object options, OptimizerContext context)
    {
        var optimizer = PluginGuard.Make(entry, () => entry.Create(options, context));
        try
        {
            return new GuardedOptimizer(optimizer, Boundary.Of(entry), context.Env.Spec, context.Logger);
        }
        catch
        {
            optimizer.Dispose();
            throw;
        }
    }
}
