namespace MbMix.Simulation.MuJoCo;

/// <summary>Whether a model's control step is a function of the state that differences can follow.</summary>
internal static class Derivability
{
    /// <summary>Says in a few words why differences of a model's steps mean nothing; null where they do.</summary>
    public static string? FirstObstacle(MjModel model) =>
        model.Solver != MjSolver.Newton
            ? $"its solver {model.Solver} stops before its result is accurate enough for differences"
        : model.Option("noslip_iterations") > 0
            ? "its noslip solver stops before its result is accurate enough for differences"
        : null;

    /// <summary>
    /// Says in one line why a model's steps are no function of the state that an environment has; null where they are.
    /// </summary>
    public static string? FirstRefusal(MjModel model)
    {
        if (model.Size("nplugin") > 0)
            return "the model uses a MuJoCo plugin, whose state an environment cannot save: leave it out of the model";
        if (model.Size("nhistory") > 0)
            return "an actuator or sensor of the model has a delay, whose history an environment cannot save: leave "
                + "delay and history out of the model";
        if (model.IsEnabled("mjENBL_SLEEP"))
            return "the model lets bodies sleep, which is hidden state: set <flag sleep=\"disable\"/> in <option>";
        if (model.IsEnabled("mjENBL_SENSORNOISE"))
            return "the model adds random noise to its sensors, so an observation is no function of the state: set "
                + "<flag sensornoise=\"disable\"/> in <option>";
        return null;
    }
}
