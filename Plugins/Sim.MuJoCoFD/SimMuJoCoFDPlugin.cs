using MbMix.Sim.MuJoCoFD;
using MujocoSharp;

[assembly: MbMix.MbMixPlugin(typeof(SimMuJoCoFDPlugin))]

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The environments on MuJoCo.</summary>
public sealed class SimMuJoCoFDPlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        Add<InvertedPendulumOptions>(registry, InvertedPendulum.Id, "inverted-pendulum", "Balance a pole on a cart.", (o, m) => new InvertedPendulum(o, m));
        Add<InvertedDoublePendulumOptions>(registry, InvertedDoublePendulum.Id, "inverted-double-pendulum", "Balance two poles, one on the other, on a cart.", (o, m) => new InvertedDoublePendulum(o, m));
        Add<ReacherOptions>(registry, Reacher.Id, "reacher", "Reach for a target with a two-link arm.", (o, m) => new Reacher(o, m));
        Add<PusherOptions>(registry, Pusher.Id, "pusher", "Push a disc to a goal with a seven-joint arm.", (o, m) => new Pusher(o, m));
        Add<SwimmerOptions>(registry, Swimmer.Id, "swimmer", "Swim along x with three links.", (o, m) => new Swimmer(o, m));
        Add<HopperOptions>(registry, Hopper.Id, "hopper", "Planar one-legged hopper, to hop along x.", (o, m) => new Hopper(o, m));
        Add<Walker2dOptions>(registry, Walker2d.Id, "walker2d", "Planar two-legged walker, to walk along x.", (o, m) => new Walker2d(o, m));
        Add<HalfCheetahOptions>(registry, HalfCheetah.Id, "half-cheetah", "Planar cheetah, to run along x.", (o, m) => new HalfCheetah(o, m));
        Add<AntOptions>(registry, Ant.Id, "ant", "Four-legged ant, to run along x.", (o, m) => new Ant(o, m));
        Add<HumanoidOptions>(registry, Humanoid.Id, "humanoid", "Humanoid with 17 motors, to walk along x; no gradients, its solver stops early.", (o, m) => new Humanoid(o, m));
        Add<MuJoCoDiffRlOptions>(registry, DiffRlCartPole.Id, "diffrl-cartpole", "Swing a pole up with a cart (DiffRL suite, on MuJoCo).", (o, _) => new DiffRlCartPole(o));
        Add<MuJoCoDiffRlOptions>(registry, DiffRlPlanar.Hopper, "diffrl-hopper", "Planar one-legged hopper, to hop along x (DiffRL suite, on MuJoCo).", (o, m) => new DiffRlPlanar(DiffRlPlanar.Hopper, o, m));
        Add<MuJoCoDiffRlOptions>(registry, DiffRlPlanar.Cheetah, "diffrl-cheetah", "Planar cheetah, to run along x (DiffRL suite, on MuJoCo).", (o, m) => new DiffRlPlanar(DiffRlPlanar.Cheetah, o, m));
        Add<MuJoCoDiffRlOptions>(registry, DiffRlFloating.Ant, "diffrl-ant", "Four-legged ant, to run along x (DiffRL suite, on MuJoCo).", (o, m) => new DiffRlFloating(DiffRlFloating.Ant, o, m));
        Add<MuJoCoDiffRlOptions>(registry, DiffRlFloating.Humanoid, "diffrl-humanoid", "Humanoid with 21 motors, to run along x (DiffRL suite, on MuJoCo).", (o, m) => new DiffRlFloating(DiffRlFloating.Humanoid, o, m));
    }

    private static void Add<TOptions>(IPluginRegistry registry, string id, string model, string description, Func<TOptions, MjModel, IMuJoCoTask> task)
        where TOptions : MuJoCoOptions, new()
        => registry.AddEnvironment<TOptions>(id, description, (options, context) => Create(id, model, options, context, m => task(options, m)), () => MujocoLibrary.TryLoad(out string? problem) ? null : problem);

    private static IDifferentiableEnv Create(string id, string model, MuJoCoOptions options, EnvContext context, Func<MjModel, IMuJoCoTask> task)
    {
        MjModel? compiled = null;
        try
        {
            compiled = ModelFiles.Load(model);
            var formulas = task(compiled);
            var env = new MuJoCoEnv(formulas, compiled, options, context);
            return formulas.Traits.Predictive ? new PredictiveMuJoCoEnv(env) : env;
        }
        catch (MujocoException e)
        {
            compiled?.Dispose();
            throw new MbMixException($"{id} cannot be made: {e.Message}", e);
        }
    }
}
