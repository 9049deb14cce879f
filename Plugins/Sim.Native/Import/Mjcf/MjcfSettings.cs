using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// What the sections <c>compiler</c> and <c>option</c> of a model say, as far as the importer obeys it.
/// </summary>
internal sealed class MjcfSettings
{
    private readonly double angle;
    private readonly string eulerOrder;
    private readonly HashSet<string> disabled = [];

    public MjcfSettings(MjcfElement model)
    {
        var compiler = Merged(model, "compiler");
        angle = compiler.Choice("angle", "degree", "degree", "radian") == "degree" ? Math.PI / 180 : 1;
        eulerOrder = compiler["eulerseq"] ?? "xyz";
        if (eulerOrder.Length != 3 || eulerOrder.Any(c => !"xyzXYZ".Contains(c, StringComparison.Ordinal)))
            throw compiler.Error("eulerseq must be three letters out of x, y, z, X, Y and Z");
        if (compiler.Choice("coordinate", "local", "local", "global") == "global")
            throw compiler.Error("global coordinates are not supported; MuJoCo gave them up, too");
        AutoLimits = compiler.Flag("autolimits", true);
        InertiaFromGeom = compiler.Choice("inertiafromgeom", "auto", "true", "false", "auto");
        InertiaGroups = compiler.Numbers("inertiagrouprange", 2, 2) ?? [0, 5];
        TotalMass = compiler.Number("settotalmass", -1);
        BalanceInertia = compiler.Flag("balanceinertia", false);
        LeastMass = compiler.Positive("boundmass", 0);
        LeastInertia = compiler.Positive("boundinertia", 0);
        AlignFree = compiler.Flag("alignfree", false) ? compiler : null;

        var option = Merged(model, "option");
        Timestep = option.Number("timestep", 0.002);
        if (Timestep is not (>= 1e-6 and <= 1)) throw option.Error("timestep must be 1e-6 to 1 s");
        Gravity = option.Vector("gravity", 0, 0, -9.81);
        Fluid = option.Number("density", 0) != 0 || option.Number("viscosity", 0) != 0 ? option : null;
        ByGroup = option["actuatorgroupdisable"] is { Length: > 0 } ? option : null;
        if (option["collision"] is "predefined") disabled.Add("contact");
        foreach (var flag in model.All("option").SelectMany(o => o.All("flag")))
        {
            foreach (var (name, value) in flag.Attributes)
            {
                if (flag.Choice(name, value, "enable", "disable") == "disable") disabled.Add(name);
                else disabled.Remove(name);
            }
        }
        if (Disabled("gravity")) Gravity = [0, 0, 0];
    }

    public bool AutoLimits { get; }

    public string InertiaFromGeom { get; }

    public double[] InertiaGroups { get; }

    public double TotalMass { get; }

    public bool BalanceInertia { get; }

    public double LeastMass { get; }

    public double LeastInertia { get; }

    /// <summary>The element that asks for aligned free joints; null if none does.</summary>
    public MjcfElement? AlignFree { get; }

    public double Timestep { get; }

    public double[] Gravity { get; }

    /// <summary>The element that asks for a medium around the robot; null if none does.</summary>
    public MjcfElement? Fluid { get; }

    /// <summary>The element that switches groups of actuators off; null if none does.</summary>
    public MjcfElement? ByGroup { get; }

    /// <summary>Whether a flag switches a part of the physics off.</summary>
    public bool Disabled(string flag) => disabled.Contains(flag);

    /// <summary>Converts an angle of the file to radians.</summary>
    public double Radians(double value) => angle * value;

    /// <summary>The place of an element relative to the one around it.</summary>
    public Placement Place(MjcfElement element) =>
        new(Vector3<Real>.From(element.Vector("pos", 0, 0, 0)), Turn(element));

    private static MjcfElement Merged(MjcfElement model, string section)
    {
        var merged = new MjcfElement(section, "the model", 1);
        foreach (var part in model.All(section))
        {
            MjcfSchema.Check(part);
            merged = part.With(merged.Attributes);
        }
        return merged;
    }

    private Quaternion<Real> Turn(MjcfElement element)
    {
        if (element.Numbers("quat", 4, 4) is { } q)
        {
            if (q.All(x => x == 0)) throw element.Error("quat is zero");
            return new Quaternion<Real>(new(q[1], q[2], q[3]), q[0]).Normalized();
        }
        if (element.Numbers("axisangle", 4, 4) is { } a)
            return Quaternion<Real>.Rotation(Placement.Unit(a[..3], element, "axisangle"), Radians(a[3]));
        if (element.Numbers("euler", 3, 3) is { } e)
        {
            var turn = Quaternion<Real>.Identity;
            for (int i = 0; i < 3; i++)
            {
                var axis = new double[3];
                axis[char.ToLowerInvariant(eulerOrder[i]) - 'x'] = 1;
                var next = Quaternion<Real>.Rotation(axis, Radians(e[i]));
                // small letters turn about axes that turn along, capital letters about fixed ones
                turn = char.IsLower(eulerOrder[i]) ? turn * next : next * turn;
            }
            return turn.Normalized();
        }
        if (element.Numbers("xyaxes", 6, 6) is { } xy) return Placement.FromAxes(xy[..3], xy[3..], element);
        if (element.Numbers("zaxis", 3, 3) is { } z) return Placement.FromZ(Placement.Unit(z, element, "zaxis"));
        return Quaternion<Real>.Identity;
    }
}
