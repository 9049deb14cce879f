using System.Runtime.InteropServices;
using System.Xml;
using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.Storage;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>A robot from a model file with the task of a task file.</summary>
internal sealed class Robot : IMuJoCoTask
{
    public const string Id = "mujoco/robot-v1";

    private readonly MjModel model;
    private readonly RobotTask task;
    private readonly QuantityReader reader;
    private readonly int keyframe;

    public Robot(MuJoCoRobotOptions options, MjModel model)
    {
        this.model = model;
        string name = Path.GetFileName(options.File!);
        if (model.Nu == 0)
        {
            throw new ConfigurationException(OneLine.Path(name) + (IsUrdf(options.File!)
                ? " is a URDF, which has no actuators, so it cannot be trained: convert it to MJCF (MuJoCo's sample "
                    + "program compile, or mj_saveLastXML), and add <actuator> there."
                : " has no actuators, so there is nothing to control; add them, in <actuator>."));
        }
        var description = RobotDescriptions.Of(model, name);
        task = RobotTask.Create(options.Task, description, "mujoco", QuantityReader.Supported);
        keyframe = description.Keyframes.ToList().FindIndex(k => ReferenceEquals(k, task.Start));
        reader = new QuantityReader(model, task.Quantities);
        Traits = new TaskTraits
        {
            Id = Id,
            FrameSkip = task.FrameSkip,
            EpisodeLength = task.EpisodeLength,
            Observation = task.Observation,
            Action = task.Action,
            Predictive = task.DependsOnStateAlone,
            DerivedAfterStep = !task.DependsOnStateAlone,
            ContactForces = task.Quantities.Any(q => q.Kind == QuantityKind.ContactForce),
            Files = options.Task is null ? [] : [options.Task],
            Epsilon = task.Epsilon ?? 1e-6,
            Centered = task.Centered ?? true,
        };
    }

    public TaskTraits Traits { get; }

    /// <summary>Makes the environment.</summary>
    /// <exception cref="ConfigurationException">No model is named, or it or the task is wrong.</exception>
    public static IDifferentiableEnv Create(MuJoCoRobotOptions options, EnvContext context)
    {
        if (string.IsNullOrEmpty(options.File))
            throw new ConfigurationException($"{Id} needs a model file (MJCF or URDF): set env.file to its path.");
        string file = UserPath.ExistingFile(options.File, "the model");
        return MuJoCoEnvironments.Create(
            Id, () => Load(file), model => new Robot(options, model), options, context);
    }

    // MuJoCo, too, goes by the outermost element
    private static bool IsUrdf(string file)
    {
        try
        {
            using var reader = XmlReader.Create(UserPath.ExistingFile(file, "the model"));
            return reader.MoveToContent() == XmlNodeType.Element && reader.Name == "robot";
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // a model that the user names is part of the configuration
    private static MjModel Load(string file)
    {
        try
        {
            return MjModel.FromFile(file);
        }
        catch (MujocoException e) when (e.Kind == MujocoError.Model)
        {
            throw new ConfigurationException(
                $"{Id} cannot be made: {e.Message.TrimEnd('.')} (MuJoCo {MujocoLibrary.Version}).", e);
        }
    }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        var displacement = new double[model.Nv];
        for (int i = 0; i < displacement.Length; i++) displacement[i] = Draw(noise, task.PositionNoise[i]);
        task.Start.Positions.CopyTo(start.Qpos);
        model.NormalizeQuaternions(start.Qpos);
        model.IntegratePos(start.Qpos, displacement, 1);
        task.Start.Velocities.CopyTo(start.Qvel);
        for (int i = 0; i < start.Qvel.Length; i++) start.Qvel[i] += Draw(noise, task.VelocityNoise[i]);
        task.Start.Activations.CopyTo(start.Act);
        if (keyframe < 0) return;
        model.KeyMocapPos.Slice(keyframe * start.MocapPos.Length, start.MocapPos.Length).CopyTo(start.MocapPos);
        model.KeyMocapQuat.Slice(keyframe * start.MocapQuat.Length, start.MocapQuat.Length).CopyTo(start.MocapQuat);
    }

    public void Controls(ReadOnlySpan<double> action, Span<double> controls) =>
        task.Controls(Scalars(action), MemoryMarshal.Cast<double, Real>(controls));

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        var values = new Real[task.Quantities.Count];
        reader.Read(snapshot, values);
        task.Observe(values, Scalars(snapshot.LastAction), MemoryMarshal.Cast<double, Real>(observation));
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        var values = new Real[task.Quantities.Count];
        reader.Read(after, values);
        var (reward, terminated) = task.Evaluate(values, Scalars(action));
        return (reward, terminated.Value != 0);
    }

    // no number is drawn where there is no noise
    private static double Draw(MuJoCoStartNoise noise, double spread) => spread == 0 ? 0 : noise.Within(spread);

    private static ReadOnlySpan<Real> Scalars(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Real>(values);
}
