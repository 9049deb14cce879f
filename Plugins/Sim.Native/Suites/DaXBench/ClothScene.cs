using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// What a cloth task looks like: the cloth, the ball of the gripper, and how the cloth should lie, faintly. It shows
/// the way of the gripper in a step, which takes seconds.
/// </summary>
internal sealed class ClothScene : LaneSceneView
{
    // what lies on the table is drawn a little above it, and the goal below the cloth [m]
    private const float Lift = 0.003f;

    private readonly int particles;
    private readonly ControlSchedule schedule;
    private readonly Lazy<ControlStepEngine<float>> engine;

    public ClothScene(ClothSheet sheet, double[] goal, ITracedDynamics dynamics)
        : base(Describe(sheet, goal))
    {
        particles = sheet.Particles;
        schedule = dynamics.Schedule;
        engine = new(() => new ControlStepEngine<float>(dynamics));
    }

    /// <inheritdoc/>
    public override int FramesPerStep => schedule.Substeps / schedule.SubstepsPerCheckpoint;

    /// <inheritdoc/>
    protected override float[] Between(float[] state, float[] action) => engine.Value.States(state, action);

    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
    {
        for (int i = 0; i < particles; i++)
        {
            var at = pose.Points.Slice(3 * i, 3);
            (at[0], at[1], at[2]) = (state[3 * i], -state[(3 * i) + 2], state[(3 * i) + 1] + Lift);
        }
        var gripper = state.Slice(6 * particles, 3);
        pose.Place(0, gripper[0], -gripper[2], gripper[1]);
    }

    // y points up in the task, z in a scene
    private static Scene Describe(ClothSheet sheet, double[] goal)
    {
        var points = new List<ScenePoint>();
        for (int i = 0; i < sheet.Particles; i++) points.Add(new(null));
        for (int i = 0; i < goal.Length; i += 3)
            points.Add(new(-1, new((float)goal[i], (float)-goal[i + 2], (float)goal[i + 1] + (Lift / 2))));
        return new Scene
        {
            Bodies = ["gripper"],
            Shapes =
            [
                new(ShapeKind.Sphere, new((float)ClothParticle.GripperRadius, 0, 0))
                {
                    Body = 0, Color = new(0.85f, 0.2f, 0.15f, 1),
                },
            ],
            Points = points,
            Surfaces =
            [
                new(sheet.Triangles) { Color = new(0.2f, 0.45f, 0.75f, 1) },
                new([.. sheet.Triangles.Select(i => sheet.Particles + i)]) { Color = new(0.2f, 0.7f, 0.35f, 0.35f) },
            ],
        };
    }
}
