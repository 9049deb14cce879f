namespace MbMix.Simulation.MuJoCo;

/// <summary>Whether a model's control step is a function of the state that differences can follow.</summary>
internal static class Derivability
{
    /// <summary>Says in a few words why differences of a model's steps mean nothing; null where they do.</summary>
    public static string? FirstObstacle(MjModel model) =>
        model.Solver != MjSolver.Newton
            ? $"its solver {model.SolverName()} stops before its result is accurate enough for differences"
        : model.NoSlipIterations > 0
            ? "its noslip solver stops before its result is accurate enough for differences"
        : null;

    /// <summary>
    /// Says in one line why a model's steps are no function of the state that an environment has; null where they are.
    /// </summary>
    public static string? FirstRefusal(MjModel model)
    {
        if (model.NPluginState > 0)
            return "a MuJoCo plugin in the model has a state, which an environment cannot save: leave it out";
        if (model.NHistory > 0)
            return "an actuator or sensor of the model has a delay, whose history an environment cannot save: leave "
                + "delay and history out of the model";
        if (model.Nu != model.NActuator)
            return "an actuator of the model has several controls: use one actuator for each";
        if (model.EnableFlags.Contains("sleep"))
            return "the model lets bodies sleep, which is hidden state: write <flag sleep=\"disable\"/> in <option>";
        if (model.EnableFlags.Contains("sensornoise"))
            return "the model adds random noise to its sensors, so an observation is no function of the state: write "
                + "<flag sensornoise=\"disable\"/> in <option>";
        return null;
    }
}
