namespace MbMix.Sim.Native;

/// <summary>What tells the tasks with a free torso apart.</summary>
internal sealed record FloatingTaskTraits
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required int Substeps { get; init; }

    public required int RefreshEvery { get; init; }

    public required double[] StartPosition { get; init; }

    public required double[] StartOrientation { get; init; }

    /// <summary>Start of the joints' coordinates; null for zero, identity where the joint is a ball.</summary>
    public double[]? Joints { get; init; }

    /// <summary>Torque of each motor at action 1 [N m]; one entry for all alike. Empty where muscles drive.</summary>
    public double[] Motors { get; init; } = [];

    /// <summary>Height of the torso below which the robot has fallen [m].</summary>
    public required double FallHeight { get; init; }

    public required HeightReward HeightReward { get; init; }

    public required double ActionCost { get; init; }

    /// <summary>Distance of the target that the robot heads for [m].</summary>
    public required double TargetDistance { get; init; }

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
        Motors = [.. new double[] { 200, 200, 200, 200, 200, 600, 400, 100, 100, 200, 200, 600, 400, 100, 100, 100, 100, 200, 100, 100, 200 }.Select(s => 0.35 * s)],
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

    public double MotorTorque(int motor) => Motors[Motors.Length == 1 ? 0 : motor];

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
