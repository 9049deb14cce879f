namespace MbMix.Sim.Native;

/// <summary>The data in which the tasks with a free torso differ.</summary>
internal sealed record FloatingTaskTraits
{
    /// <summary>Id of the environment.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the robot's file.</summary>
    public required string Model { get; init; }

    /// <summary>Substeps per control step.</summary>
    public required int Substeps { get; init; }

    /// <summary>Substeps between two refreshes of the mass matrix.</summary>
    public required int RefreshEvery { get; init; }

    /// <summary>Start position of the torso [m].</summary>
    public required double[] StartPosition { get; init; }

    /// <summary>Start orientation of the torso, as a quaternion (x, y, z, w).</summary>
    public required double[] StartOrientation { get; init; }

    /// <summary>Start coordinates of the joints; null for zero, or the identity for ball joints.</summary>
    public double[]? Joints { get; init; }

    /// <summary>
    /// Torque of each motor at action 1 [N m]; a single entry applies to all motors. Empty if the robot is driven by
    /// muscles.
    /// </summary>
    public double[] Motors { get; init; } = [];

    /// <summary>Height of the torso below which the robot has fallen and the task ends [m].</summary>
    public required double FallHeight { get; init; }

    /// <summary>How the height of the torso is rewarded.</summary>
    public required HeightReward HeightReward { get; init; }

    /// <summary>Weight of the cost of actions.</summary>
    public required double ActionCost { get; init; }

    /// <summary>Distance from the start to the target that the robot heads for [m].</summary>
    public required double TargetDistance { get; init; }

    /// <summary>Whether the robot is driven by muscles instead of motors.</summary>
    public bool Muscles => Motors.Length == 0;

    public static FloatingTaskTraits Ant { get; } = new()
    {
        Id = "diffrl/ant-v1",
        Model = "ant",
        Substeps = 16,
        RefreshEvery = 16,
        StartPosition = [0, 0.75, 0],
        StartOrientation = [-Math.Sqrt(0.5), 0, 0, Math.Sqrt(0.5)],
        Joints = [0, 1, 0, -1, 0, -1, 0, 1],
        Motors = [200],
        FallHeight = 0.27,
        HeightReward = HeightReward.Linear,
        ActionCost = 0,
        TargetDistance = 10000,
    };

    public static FloatingTaskTraits Humanoid { get; } = new()
    {
        Id = "diffrl/humanoid-v1",
        Model = "humanoid",
        Substeps = 48,
        RefreshEvery = 48,
        StartPosition = [0, 1.35, 0],
        StartOrientation = [-Math.Sqrt(0.5), 0, 0, Math.Sqrt(0.5)],
        Motors =
        [
            .. new double[]
            {
                200, 200, 200, 200, 200, 600, 400, 100, 100, 200, 200, 600, 400, 100, 100, 100, 100, 200, 100, 100, 200,
            }.Select(strength => 0.35 * strength),
        ],
        FallHeight = 0.74,
        HeightReward = HeightReward.Upright,
        ActionCost = 0.002,
        TargetDistance = 200,
    };

    public static FloatingTaskTraits SnuHumanoid { get; } = new()
    {
        Id = "diffrl/snu-humanoid-v1",
        Model = "snu-humanoid",
        Substeps = 48,
        RefreshEvery = 8,
        StartPosition = [0, 1, 0],
        StartOrientation = [0, Math.Sqrt(0.5), 0, Math.Sqrt(0.5)],
        FallHeight = 0.46,
        HeightReward = HeightReward.None,
        ActionCost = 0.001,
        TargetDistance = 10000,
    };

    /// <summary>Torque of a motor at action 1 [N m].</summary>
    public double MotorTorque(int motor) => Motors[Motors.Length == 1 ? 0 : motor];

    /// <summary>Start coordinates of the joints: the position components after those of the torso.</summary>
    public double[] StartJoints(ArticulatedBody body)
    {
        if (Joints is not null) return Joints;
        var start = new double[body.Positions - 7];
        for (int link = 1; link < body.Robot.Links.Length; link++)
        {
            if (body.Robot.Links[link].Joint == JointKind.Ball) start[body.PositionOf(link) - 7 + 3] = 1;
        }
        return start;
    }
}
