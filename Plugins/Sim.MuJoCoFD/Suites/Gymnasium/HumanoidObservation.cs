using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// What the tasks of the humanoid observe: positions, velocities and, unless the options leave them out, inertias,
/// velocities, actuator forces and external forces of the bodies.
/// </summary>
internal sealed class HumanoidObservation
{
    private const int RootVelocities = 6;
    private const int Inertia = 10;
    private const int Twist = 6;

    private readonly HumanoidBodyOptions options;
    private readonly int omitted;

    public HumanoidObservation(HumanoidBodyOptions options, MjModel model)
    {
        this.options = options;
        omitted = options.ExcludeCurrentPositionsFromObservation ? 2 : 0;
        var velocities = Spaces.Velocities(model);
        List<Dimension> all = [.. Spaces.Positions(model).Skip(omitted), .. velocities];
        if (options.IncludeCinertInObservation) all.AddRange(Spaces.OfBodies(model, InertiaComponents));
        if (options.IncludeCvelInObservation) all.AddRange(Spaces.OfBodies(model, TwistComponents));
        if (options.IncludeQfrcActuatorInObservation)
        {
            var joints = velocities.Skip(RootVelocities).Select(v => v.Name.Replace(" velocity", ""));
            all.AddRange(joints.Select(joint => new Dimension("actuator force on " + joint, "N m")));
        }
        if (options.IncludeCfrcExtInObservation) all.AddRange(BodyForces.Dimensions(model));
        Dimensions = all;
    }

    public IReadOnlyList<Dimension> Dimensions { get; }

    private static (string Name, string Unit)[] InertiaComponents =>
    [
        .. new[] { "xx", "yy", "zz", "xy", "xz", "yz" }.Select(a => ("inertia " + a, "kg m2")),
        .. new[] { "x", "y", "z" }.Select(a => ("mass moment " + a, "kg m")),
        ("mass", "kg"),
    ];

    private static (string Name, string Unit)[] TwistComponents =>
    [
        .. new[] { "x", "y", "z" }.Select(a => ("angular velocity " + a, "rad/s")),
        .. new[] { "x", "y", "z" }.Select(a => ("velocity " + a, "m/s")),
    ];

    public void Write(in TaskSnapshot snapshot, Span<double> observation)
    {
        var rest = observation;
        void Add(ReadOnlySpan<double> values, ref Span<double> to)
        {
            values.CopyTo(to);
            to = to[values.Length..];
        }
        var data = snapshot.Data;
        Add(snapshot.Qpos[omitted..], ref rest);
        Add(snapshot.Qvel, ref rest);
        if (options.IncludeCinertInObservation) Add(data.Cinert[Inertia..], ref rest);
        if (options.IncludeCvelInObservation) Add(data.Cvel[Twist..], ref rest);
        if (options.IncludeQfrcActuatorInObservation) Add(data.QfrcActuator[RootVelocities..], ref rest);
        if (options.IncludeCfrcExtInObservation) Add(data.CfrcExt[BodyForces.Size..], ref rest);
    }
}
