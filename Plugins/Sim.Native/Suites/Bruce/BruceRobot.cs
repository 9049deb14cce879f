using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>The biped Bruce with fixed arms: a free base and five joints per leg, the right leg first.</summary>
internal static class BruceRobot
{
    /// <summary>Largest torque of a motor [N m].</summary>
    public const double MotorTorque = 10.5;

    /// <summary>Joints of a leg: hip yaw, hip pitch, hip roll, knee, ankle.</summary>
    public const int LegJoints = 5;

    // gains of the joints' controllers that are published for walking [N m/rad and N m s/rad]
    private static readonly double[] Stiffness = [7, 10, 7, 10, 1.5], Damping = [0.2, 0.4, 0.2, 0.4, 0.08];

    /// <summary>Orientation of the base, whose z axis points up, in a world whose y axis does (x, y, z, w).</summary>
    public static double[] Upright { get; } = [-Math.Sqrt(0.5), 0, 0, Math.Sqrt(0.5)];

    /// <summary>Angles of a leg that stands with flexed knees, the foot flat within 3 degrees [rad].</summary>
    public static double[] FlexedLeg { get; } = [0, 0.39, 0, -0.64, 0.30];

    /// <summary>Height of the base above the ground in that pose [m].</summary>
    public const double FlexedHeight = 0.455;

    /// <summary>The robot.</summary>
    /// <param name="options">The motors.</param>
    public static RobotDescription Describe(BruceOptions options)
    {
        var robot = RobotDescription.Load("bruce").Welded();
        return robot with
        {
            Links =
            [
                .. robot.Links.Select(link => link.Armature > 0
                    ? link with { Armature = options.Armature * Rotors(link, options) }
                    : link),
            ],
        };
    }

    /// <summary>Torques of the joints.</summary>
    /// <param name="options">What actions mean.</param>
    /// <param name="action">Action in [-1, 1], one number per joint.</param>
    /// <param name="angle">Angles of the joints [rad].</param>
    /// <param name="rate">Their rates [rad/s].</param>
    /// <param name="torque">Receives the torques [N m].</param>
    public static void Torques<T>(
        BruceOptions options, ReadOnlySpan<T> action, ReadOnlySpan<T> angle, ReadOnlySpan<T> rate, Span<T> torque)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < action.Length; i++)
        {
            if (options.Actions != BruceActions.Angles)
            {
                torque[i] = (T)MotorTorque * action[i];
                continue;
            }
            int joint = i % LegJoints;
            T target = (T)FlexedLeg[joint] + ((T)options.ActionAngle * action[i]);
            T wanted = ((T)Stiffness[joint] * (target - angle[i])) - ((T)Damping[joint] * rate[i]);
            torque[i] = ScalarMath.Clip(wanted, -MotorTorque, MotorTorque);
        }
        if (options.Actions != BruceActions.MotorTorques) return;
        for (int leg = 0; leg < action.Length; leg += LegJoints)
        {
            // both motors of the differential turn the leg to the side together and swing it against each other; the
            // motor of the ankle works on the knee, too
            T one = torque[leg + 1], other = torque[leg + 2];
            (torque[leg + 1], torque[leg + 2]) = (one - other, one + other);
            torque[leg + 3] += torque[leg + 4];
        }
    }

    // each axis of the differential turns both of its motors
    private static int Rotors(LinkDescription link, BruceOptions options) =>
        options.Actions == BruceActions.MotorTorques
        && (link.Name.EndsWith("pitch") || link.Name.EndsWith("roll")) ? 2 : 1;
}
