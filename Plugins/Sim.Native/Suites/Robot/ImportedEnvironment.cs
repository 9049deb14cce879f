using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.Storage;
using Microsoft.Extensions.Logging;

namespace MbMix.Sim.Native;

/// <summary>An environment from somebody's MJCF file and task file.</summary>
internal sealed class ImportedEnvironment : ITracedEnvironment
{
    public const string Id = "native/robot-v1";

    private const double LongestSubstep = 1.0 / 960;

    private readonly RobotTask task;
    private readonly ImportedDynamics dynamics;
    private readonly ImportedQuantities quantities;

    private ImportedEnvironment(ImportedRobot robot, RobotOptions options)
    {
        var model = RobotModels.Of(robot);
        if (model.Actuators.Count == 0)
        {
            throw new ConfigurationException(
                $"{Id}: {OneLine.Value(robot.Name)} has no actuator, so there is nothing to learn.");
        }
        task = RobotTask.Create(options.Task, model, "native", ImportedQuantities.Supported);
        double period = task.FrameSkip * robot.Timestep;
        int perStep = (int)Math.Ceiling((robot.Timestep / LongestSubstep) - 1e-9);
        int substeps = options.Substeps ?? (task.FrameSkip * perStep);
        double h = period / substeps;
        robot = Compliance.Choose(
            robot,
            task.Start.Positions,
            h,
            new PlaneMaterial(
                options.ContactStiffness ?? 0, options.ContactDamping ?? 0, options.ContactViscosity ?? 0, 0));
        dynamics = new ImportedDynamics(robot, h, substeps, task.FrameSkip);
        quantities = new ImportedQuantities(robot, dynamics.Body);
        Spec = new EnvSpec
        {
            Id = Id,
            State = new SpaceSpec([.. ImportedStates.Positions(robot), .. ImportedStates.Velocities(robot)]),
            Observation = new SpaceSpec(task.Observation),
            Action = new SpaceSpec(task.Action),
            ControlPeriod = period,
            EpisodeLength = task.EpisodeLength,
            FixedStart = task.PositionNoise.Concat(task.VelocityNoise).All(noise => noise == 0),
            Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
            Files = options.Task is { } file ? [.. robot.Files, file] : robot.Files,
        };
        Chart = new TracedChart(new ArticulatedCoordinates(dynamics.Body, dynamics.Invariant));
    }

    public ControlSchedule Schedule => dynamics.Schedule;

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public ISceneView View => new ArticulatedScene(dynamics.Body, upIsY: false);

    /// <summary>Number of substeps, their length, and the robot with all parameters, for tests.</summary>
    internal ImportedDynamics Dynamics => dynamics;

    /// <summary>Imports the robot, logs what of it is not simulated, and makes the environment.</summary>
    /// <exception cref="MbMixException">A file is missing or malformed, or the robot cannot be simulated.</exception>
    public static ImportedEnvironment Create(RobotOptions options, ILogger logger)
    {
        if (string.IsNullOrWhiteSpace(options.File))
        {
            throw new ConfigurationException(
                $"{Id} needs a robot: give the path of an MJCF file, such as --set env.file=my-robot.xml.");
        }
        var robot = MjcfImporter.FromFile(UserPath.ExistingFile(options.File, "the robot"));
        robot.Report.ThrowIfRefused(Id, robot.Name);
        if (robot.Report.Missing() is { } missing)
            logger.LogWarning("{Message}", OneLine.Limit($"{robot.Name}: {missing}."));
        return new ImportedEnvironment(robot, options);
    }

    public void Reset(LaneKey lane, Span<double> state)
    {
        var robot = dynamics.Robot;
        double[] qpos = [.. task.Start.Positions], qvel = [.. task.Start.Velocities];
        var noise = new StartNoise(lane, Id, 2 * qvel.Length);
        double[] displaced = [.. task.PositionNoise.Select(noise.Within)];
        for (int i = 0; i < qvel.Length; i++) qvel[i] += noise.Within(task.VelocityNoise[i]);
        foreach (var joint in robot.Joints)
        {
            int flat = joint.Quaternion < 0 ? 1 : joint.Kind == JointKind.Free ? 3 : 0;
            for (int i = 0; i < flat; i++) qpos[joint.Position + i] += displaced[joint.Velocity + i];
        }
        robot.FromMuJoCo(qpos, qvel, state);
        foreach (var joint in robot.Joints.Where(j => j.Quaternion >= 0))
        {
            // turned about the body's own axes
            var turn = ArticulatedCoordinates.Exp<Real>(Vector3<Real>.From(displaced.AsSpan(joint.Spin, 3)));
            var at = state.Slice(joint.Quaternion, 4);
            var turned = Quaternion<Real>.From([at[0], at[1], at[2], at[3]]) * turn;
            (at[0], at[1], at[2], at[3]) = (turned.Vector.X, turned.Vector.Y, turned.Vector.Z, turned.W);
        }
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T> => dynamics.Refresh(state, carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var controls = new T[action.Length];
        task.Controls<T>(action, controls);
        dynamics.Substep(state, controls, carry, next);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> =>
        task.Observe(quantities.Compute(task.Quantities, state), lastAction, observation);

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => task.Evaluate(quantities.Compute(task.Quantities, nextState), action);
}
