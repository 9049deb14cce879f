using MbMix.Sim.MuJoCoFD;
using MujocoSharp;

[assembly: MbMix.MbMixPlugin(typeof(SimMuJoCoFDPlugin))]

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Registers the MuJoCo environments: Gymnasium's v5 tasks, the robots of the DiffRL suite, the biped Bruce, and robots
/// from model files.
/// </summary>
public sealed class SimMuJoCoFDPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        AddGymnasium(registry);
        AddDiffRl(registry);
        Add<MuJoCoBruceOptions>(
            registry,
            BruceFastRun.Id,
            "bruce",
            "Biped of 70 cm: run along x, up to 2.5 m/s.",
            (options, model) => new BruceFastRun(options, model));
        registry.AddEnvironment<MuJoCoRobotOptions>(
            Robot.Id,
            "A robot of your own, from a model file (MJCF or URDF), with the task of a task file or a default one.",
            Robot.Create,
            MuJoCoEnvironments.WhyUnavailable);
    }

    private static void AddGymnasium(IPluginRegistry registry)
    {
        Add<InvertedPendulumOptions>(
            registry,
            InvertedPendulum.Id,
            "inverted-pendulum",
            "Balance a pole on a cart.",
            (options, model) => new InvertedPendulum(options, model));
        Add<InvertedDoublePendulumOptions>(
            registry,
            InvertedDoublePendulum.Id,
            "inverted-double-pendulum",
            "Balance two poles, one on top of the other, on a cart.",
            (options, model) => new InvertedDoublePendulum(options, model));
        Add<ReacherOptions>(
            registry,
            Reacher.Id,
            "reacher",
            "Reach for a target with a two-link arm.",
            (options, model) => new Reacher(options, model));
        Add<PusherOptions>(
            registry,
            Pusher.Id,
            "pusher",
            "Push a disc to a goal with a seven-joint arm.",
            (options, model) => new Pusher(options, model));
        Add<SwimmerOptions>(
            registry,
            Swimmer.Id,
            "swimmer",
            "Swim along x with a chain of three links.",
            (options, model) => new Swimmer(options, model));
        Add<HopperOptions>(
            registry,
            Hopper.Id,
            "hopper",
            "Hop along x with a planar one-legged robot.",
            (options, model) => new Hopper(options, model));
        Add<Walker2dOptions>(
            registry,
            Walker2d.Id,
            "walker2d",
            "Walk along x with a planar two-legged robot.",
            (options, model) => new Walker2d(options, model));
        Add<HalfCheetahOptions>(
            registry,
            HalfCheetah.Id,
            "half-cheetah",
            "Run along x with a planar cheetah.",
            (options, model) => new HalfCheetah(options, model));
        Add<AntOptions>(
            registry,
            Ant.Id,
            "ant",
            "Run along x with a four-legged ant.",
            (options, model) => new Ant(options, model));
        Add<HumanoidOptions>(
            registry,
            Humanoid.Id,
            "humanoid",
            "Walk along x with a 17-motor humanoid; no gradients, because its solver stops early.",
            (options, model) => new Humanoid(options, model));
        Add<HumanoidStandupOptions>(
            registry,
            HumanoidStandup.Id,
            "humanoid-standup",
            "Stand up with a 17-motor humanoid; no gradients, because its solver stops early.",
            (options, model) => new HumanoidStandup(options, model));
    }

    private static void AddDiffRl(IPluginRegistry registry)
    {
        Add<MuJoCoDiffRlOptions>(
            registry,
            DiffRlCartPole.Id,
            "diffrl-cartpole",
            "Swing up a pole by moving a cart (DiffRL suite on MuJoCo).",
            (options, _) => new DiffRlCartPole(options));
        Add<MuJoCoDiffRlOptions>(
            registry,
            DiffRlPlanar.Hopper,
            "diffrl-hopper",
            "Hop along x with a planar one-legged robot (DiffRL suite on MuJoCo).",
            (options, model) => new DiffRlPlanar(DiffRlPlanar.Hopper, options, model));
        Add<MuJoCoDiffRlOptions>(
            registry,
            DiffRlPlanar.Cheetah,
            "diffrl-cheetah",
            "Run along x with a planar cheetah (DiffRL suite on MuJoCo).",
            (options, model) => new DiffRlPlanar(DiffRlPlanar.Cheetah, options, model));
        Add<MuJoCoDiffRlOptions>(
            registry,
            DiffRlFloating.Ant,
            "diffrl-ant",
            "Run along x with a four-legged ant (DiffRL suite on MuJoCo).",
            (options, model) => new DiffRlFloating(DiffRlFloating.Ant, options, model));
        Add<MuJoCoDiffRlOptions>(
            registry,
            DiffRlFloating.Humanoid,
            "diffrl-humanoid",
            "Run along x with a 21-motor humanoid (DiffRL suite on MuJoCo).",
            (options, model) => new DiffRlFloating(DiffRlFloating.Humanoid, options, model));
    }

    private static void Add<TOptions>(
        IPluginRegistry registry,
        string id,
        string file,
        string description,
        Func<TOptions, MjModel, IMuJoCoTask> task)
        where TOptions : MuJoCoOptions, new()
        => registry.AddEnvironment<TOptions>(
            id,
            description,
            (options, context) => MuJoCoEnvironments.Create(
                id, () => ModelFiles.Load(file), model => task(options, model), options, context),
            MuJoCoEnvironments.WhyUnavailable);
}
