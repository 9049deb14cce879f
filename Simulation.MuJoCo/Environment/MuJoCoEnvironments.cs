namespace MbMix.Simulation.MuJoCo;

/// <summary>Makes environments from tasks and models.</summary>
public static class MuJoCoEnvironments
{
    /// <summary>
    /// Makes the environment of a task: batched, deterministic, with derivatives by finite differences. It can be
    /// evaluated on predicted states if the task depends on the state alone (<see cref="TaskTraits.Predictive"/>).
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model that the task was made for; it belongs to the environment from here on.</param>
    /// <param name="options">How to take differences, and the frame skip.</param>
    /// <param name="context">What the host gives to an environment.</param>
    /// <returns>The environment; the caller owns it.</returns>
    /// <exception cref="MbMixException">The model has state that an environment cannot save, or nothing to
    /// control.</exception>
    public static IDifferentiableEnv Create(
        IMuJoCoTask task, MjModel model, MuJoCoOptions options, EnvContext context)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (Derivability.FirstRefusal(model) is { } refusal)
            throw new MbMixException($"{task.Traits.Id} cannot be made: {refusal}.");
        var env = new MuJoCoEnv(task, model, options, context);
        return task.Traits.Predictive ? new PredictiveMuJoCoEnv(env) : env;
    }

    /// <summary>
    /// Loads a model, makes a task for it and the environment of both. Everything that goes wrong is one line.
    /// </summary>
    /// <param name="id">Id of the environment, for messages.</param>
    /// <param name="load">Loads the model.</param>
    /// <param name="task">Makes the task.</param>
    /// <param name="options">How to take differences, and the frame skip.</param>
    /// <param name="context">What the host gives to an environment.</param>
    /// <returns>The environment; the caller owns it.</returns>
    /// <exception cref="MbMixException">MuJoCo is missing, or refuses the model; or the task does.</exception>
    public static IDifferentiableEnv Create(
        string id, Func<MjModel> load, Func<MjModel, IMuJoCoTask> task, MuJoCoOptions options, EnvContext context)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(task);
        MjModel? model = null;
        try
        {
            model = load();
            return Create(task(model), model, options, context);
        }
        catch (MujocoException e)
        {
            model?.Dispose();
            string version = e.Kind == MujocoError.Model ? $" (MuJoCo {MujocoLibrary.Version})" : "";
            throw new MbMixException($"{id} cannot be made: {e.Message.TrimEnd('.')}{version}.", e);
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says in one line why MuJoCo cannot be used on this machine; null if it can. Give this to the registration of an
    /// environment.
    /// </summary>
    public static string? WhyUnavailable() => MujocoLibrary.TryLoad(out string? problem) ? null : problem;
}
