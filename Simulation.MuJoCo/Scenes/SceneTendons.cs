namespace MbMix.Simulation.MuJoCo;

/// <summary>The tendons of a MuJoCo model that run through space.</summary>
internal static class SceneTendons
{
    // mjWRAP_JOINT and mjTRN_TENDON, which are the same in all versions
    private const int OverJoints = 1, ByTendon = 3;

    /// <summary>Finds them.</summary>
    public static SceneTendon[] Of(MjModel model)
    {
        var found = new List<SceneTendon>();
        for (int tendon = 0; tendon < model.NTendon; tendon++)
        {
            int first = model.Integers("tendon_adr")[tendon], wraps = model.Integers("tendon_num")[tendon];
            if (wraps < 2 || model.Integers("wrap_type")[first] == OverJoints) continue;
            string name = model.Name(MjObject.Tendon, tendon) ?? $"tendon {tendon}";
            double width = model.Array("tendon_width")[tendon];
            // a path touches what it wraps around at two points
            found.Add(new(tendon, name, 2 * wraps, (float)Math.Clamp(width, 0.002, 0.1), ActuatorOf(model, tendon)));
        }
        return [.. found];
    }

    /// <summary>Index of the activation of an actuator; -1 if it has none.</summary>
    public static int ActivationOf(MjModel model, int actuator)
    {
        var address = model.Integers("actuator_actadr");
        if (!address.IsEmpty) return address[actuator];
        // before there were addresses, the actuators with an activation came last
        return actuator - (model.NActuator - model.Na) is >= 0 and var at ? at : -1;
    }

    private static int ActuatorOf(MjModel model, int tendon)
    {
        for (int i = 0; i < model.NActuator; i++)
        {
            if (model.ActuatorTransmission[i] == ByTendon && model.ActuatorTarget[2 * i] == tendon) return i;
        }
        return -1;
    }
}
