using System.Globalization;

namespace MbMix.Simulation.MuJoCo;

/// <summary>Finds what in a model makes gradients unreliable.</summary>
internal static class Concerns
{
    // a contact is hard if it pushes back within so many simulation steps
    private const double HardSteps = 4;

    /// <summary>The findings, each with a hint.</summary>
    public static IEnumerable<ConcernReport> Of(MjModel model)
    {
        if (model.Solver != MjSolver.Newton)
        {
            yield return new(
                $"the solver {model.SolverName()} stops before its result is accurate enough for differences: no "
                + "gradients",
                "write solver=\"Newton\" in <option>");
        }
        if (model.NoSlipIterations > 0)
            yield return new("the noslip solver stops early too: no gradients", "leave noslip_iterations out");
        if (model.Integrator == MjIntegrator.Rk4)
        {
            yield return new(
                "RK4 evaluates the dynamics four times per step, which makes differences four times as expensive",
                "Euler or implicit with the same time step is usually accurate enough");
        }
        foreach (var concern in Contacts(model)) yield return concern;
        int limited = Count(model.JointLimited) + Count(model.TendonLimited);
        if (limited > 0)
        {
            yield return new(
                Counted(limited, "joint or tendon has", "joints or tendons have")
                + " limits, which push back only beyond them",
                "a soft limit is smoother: a larger first number of solreflimit; or keep the robot away from it by "
                + "reward");
        }
        int friction = Positive(model.Array("dof_frictionloss")) + Positive(model.Array("tendon_frictionloss"));
        if (friction > 0)
        {
            yield return new(
                Counted(friction, "degree of freedom or tendon has", "degrees of freedom or tendons have")
                + " frictionloss, which changes sign with velocity",
                "replace it by damping where that is close enough");
        }
        foreach (var concern in Actuators(model)) yield return concern;
        for (int i = 0; i < model.NSensor; i++)
        {
            string type = model.TypeName(MjTypeKind.Sensor, model.SensorType[i]);
            if (type is not ("rangefinder" or "touch" or "contact")) continue;
            yield return new(
                $"the sensor '{model.NameOf(MjObject.Sensor, i)}' ({type}) jumps where a ray or contact begins or ends",
                "leave it out of the reward");
        }
    }

    private static IEnumerable<ConcernReport> Contacts(MjModel model)
    {
        if (!model.Contacts) yield break;
        var (touching, hard) = (0, 0);
        for (int geom = 0; geom < model.NGeom; geom++)
        {
            if ((model.Integers("geom_contype")[geom] | model.Integers("geom_conaffinity")[geom]) == 0) continue;
            touching++;
            double constant = model.Array("geom_solref")[2 * geom];
            if (constant <= 0 || constant < HardSteps * model.Timestep) hard++;
        }
        if (touching < 2) yield break;
        yield return new(
            Text($"{touching} geoms can touch; a contact that begins or ends within a step has no derivative, and ")
            + "gradients through many contacts grow",
            "train with short windows (algo.horizon), and let only those geoms collide that must (contype, "
            + "conaffinity)");
        if (hard > 0)
        {
            yield return new(
                $"the contacts of {Counted(hard, "geom", "geoms")} are hard: they push back within {HardSteps} steps",
                Text($"a larger first number of solref, such as {2 * HardSteps * model.Timestep:G3}, or a smaller step"));
        }
        if (model.Cone == MjCone.Pyramidal)
        {
            yield return new(
                "the friction cone is a pyramid, whose edges are corners", "write cone=\"elliptic\" in <option>");
        }
    }

    private static IEnumerable<ConcernReport> Actuators(MjModel model)
    {
        for (int i = 0; i < model.NActuator; i++)
        {
            string name = model.NameOf(MjObject.Actuator, i);
            if (!model.ActuatorCtrlLimited[i])
            {
                yield return new(
                    $"the actuator '{name}' has no ctrlrange, and actions need bounds",
                    "give it one, or write \"action\": { \"range\": ... } in the task file");
            }
            if (model.ActivationOf(i) is null) continue;
            string dynamics = model.TypeName(MjTypeKind.ActuatorDynamics, model.ActuatorDynamics[i]);
            if (dynamics == "muscle")
            {
                yield return new(
                    $"the muscle '{name}' gains activation faster than it loses it: a corner where control meets it",
                    "windows must be longer than its time constants, or its gradient is small");
            }
            else if (Is(model.Booleans("actuator_actlimited"), i))
            {
                yield return new(
                    $"the activation of '{name}' is clipped to its range: no derivative beyond it",
                    "a wider actrange, or a cost on large actions");
            }
        }
        int saturating = Count(model.Booleans("actuator_forcelimited"));
        if (saturating > 0)
        {
            yield return new(
                $"the force of {Counted(saturating, "actuator", "actuators")} is clipped to forcerange: no derivative "
                + "beyond it",
                "gains or control ranges that do not reach it");
        }
    }

    private static bool Is(ReadOnlySpan<bool> flags, int i) => i < flags.Length && flags[i];

    private static int Count(ReadOnlySpan<bool> flags)
    {
        int count = 0;
        foreach (bool flag in flags) count += flag ? 1 : 0;
        return count;
    }

    private static int Positive(ReadOnlySpan<double> values)
    {
        int count = 0;
        foreach (double value in values) count += value > 0 ? 1 : 0;
        return count;
    }

    private static string Counted(int count, string one, string several) =>
        Text($"{count} {(count == 1 ? one : several)}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
