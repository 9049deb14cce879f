namespace MbMix.Simulation.MuJoCo;

/// <summary>What a model calls its parts, and which activation belongs to which actuator.</summary>
internal static class ModelNames
{
    /// <summary>
    /// Name of an object; its kind and number where it has none, marked as such if others have that name.
    /// </summary>
    public static string NameOf(this MjModel model, MjObject kind, int id)
    {
        if (model.Name(kind, id) is { } given) return given;
        if (kind == MjObject.Body && id == 0) return "world";
        string name = Unnamed(kind, id);
        while (model.TryId(kind, name, out _)) name += " (unnamed)";
        return name;
    }

    /// <summary>
    /// Index in act of the activation that an actuator's force depends on; null where the actuator has none.
    /// </summary>
    public static int? ActivationOf(this MjModel model, int actuator)
    {
        ReadOnlySpan<int> first = model.Integers("actuator_actadr"), number = model.Integers("actuator_actnum");
        if (!first.IsEmpty)
        {
            if (first[actuator] < 0) return null;
            return first[actuator] + Math.Max(number.IsEmpty ? 1 : number[actuator], 1) - 1;
        }
        // before version 2.3, the actuators with an activation are the last ones, and have one each
        int index = actuator - (model.NActuator - model.Na);
        return index < 0 ? null : index;
    }

    /// <summary>Name of an activation, after its actuator.</summary>
    public static string ActivationName(this MjModel model, int activation)
    {
        for (int actuator = 0; actuator < model.NActuator; actuator++)
        {
            if (model.ActivationOf(actuator) == activation)
                return model.NameOf(MjObject.Actuator, actuator) + " activation";
        }
        return FormattableString.Invariant($"activation {activation}");
    }

    /// <summary>Name of the constraint solver, as in model files.</summary>
    public static string SolverName(this MjModel model) =>
        model.Solver == MjSolver.Newton ? "Newton" : model.Solver.ToString().ToUpperInvariant();

    /// <summary>Name of the integrator, as in model files.</summary>
    public static string IntegratorName(this MjModel model) => model.Integrator switch
    {
        MjIntegrator.Euler => "Euler",
        MjIntegrator.Rk4 => "RK4",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Unnamed(MjObject kind, int id) =>
        FormattableString.Invariant($"{kind.ToString().ToLowerInvariant()} {id}");
}
