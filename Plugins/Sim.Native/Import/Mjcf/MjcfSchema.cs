namespace MbMix.Sim.Native;

/// <summary>
/// The attributes of the elements that the importer reads, so that a misspelt one is reported instead of ignored.
/// </summary>
internal static class MjcfSchema
{
    private const string Placed = "name class pos quat axisangle euler xyaxes zaxis ";

    private const string Actuator =
        "name class group nsample interp delay ctrllimited forcelimited actlimited ctrlrange forcerange actrange "
        + "lengthrange gear cranklength joint jointinparent tendon cranksite slidersite site refsite user armature "
        + "damping ";

    private static readonly Dictionary<string, HashSet<string>> Known = new()
    {
        ["compiler"] = Set(
            "autolimits boundmass boundinertia settotalmass balanceinertia strippath coordinate angle "
            + "fitaabb eulerseq meshdir texturedir assetdir discardvisual usethread fusestatic "
            + "inertiafromgeom inertiagrouprange saveinertial alignfree exactmeshinertia convexhull"),
        ["option"] = Set(
            "timestep apirate impratio tolerance ls_tolerance noslip_tolerance ccd_tolerance "
            + "sleep_tolerance mpr_tolerance gravity wind magnetic density viscosity o_margin o_solref "
            + "o_solimp o_friction integrator cone jacobian solver iterations ls_iterations "
            + "noslip_iterations ccd_iterations mpr_iterations sdf_iterations sdf_initpoints "
            + "actuatorgroupdisable collision"),
        ["body"] = Set(Placed + "childclass mocap gravcomp sleep user"),
        ["frame"] = Set(Placed + "childclass"),
        ["inertial"] = Set(Placed + "mass diaginertia fullinertia"),
        ["joint"] = Set(
            "name class type group pos axis springdamper limited actuatorfrclimited solreflimit "
            + "solimplimit solreffriction solimpfriction stiffness range actuatorfrcrange "
            + "actuatorgravcomp margin ref springref armature damping frictionloss user align"),
        ["freejoint"] = Set("name group align"),
        ["geom"] = Set(
            Placed + "type contype conaffinity condim group priority size material rgba friction mass density "
            + "shellinertia solmix solref solimp margin gap fromto hfield mesh fitscale fluidshape "
            + "fluidcoef user adhesion"),
        ["site"] = Set(Placed + "type group material size fromto rgba user"),
        ["motor"] = Set(Actuator),
        ["position"] = Set(Actuator + "kp kv dampratio timeconst inheritrange"),
        ["velocity"] = Set(Actuator + "kv"),
        ["general"] = Set(Actuator + "dyntype gaintype biastype dynprm gainprm biasprm actearly actdim body"),
        ["key"] = Set("name time qpos qvel act ctrl mpos mquat"),
    };

    /// <summary>The actuators that are read; the others are reported.</summary>
    public static IReadOnlyList<string> Actuators { get; } = ["motor", "position", "velocity", "general"];

    /// <summary>Throws if an element has an attribute that it cannot have.</summary>
    public static void Check(MjcfElement element)
    {
        if (!Known.TryGetValue(element.Name, out var known)) return;
        foreach (string attribute in element.Attributes.Keys)
        {
            if (!known.Contains(attribute))
                throw element.Error($"the attribute '{MjcfElement.Short(attribute)}' is unknown");
        }
    }

    private static HashSet<string> Set(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
