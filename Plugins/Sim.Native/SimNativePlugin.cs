using MbMix.Sim.Native;
using MbMix.Simulation;

[assembly: MbMix.MbMixPlugin(typeof(SimNativePlugin))]

namespace MbMix.Sim.Native;

/// <summary>
/// Registers the environments of Sim.Native: the six tasks of the DiffRL suite, the biped Bruce, Fetch and Grasp after
/// Brax v1, cloth after DaXBench, a pendulum, and robots from MJCF files.
/// </summary>
public sealed class SimNativePlugin : IMbMixPlugin
{
    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        void Add(string id, string description, Func<DiffRlOptions, ITracedEnvironment> equations) =>
            registry.AddEnvironment<DiffRlOptions>(
                id,
                description + " (DiffRL suite).",
                (options, context) => TracedEnv.Create(equations(options), options, context));
        void AddFloating(string description, FloatingTaskTraits traits) =>
            Add(traits.Id, description, options => new FloatingTask(traits, options));

        Add(CartPoleSwingUp.Id, "Cart-pole: swing the pole up and keep it there", o => new CartPoleSwingUp(o));
        Add("diffrl/hopper-v1", "Planar one-legged hopper: hop along x", PlanarTask.Hopper);
        Add("diffrl/cheetah-v1", "Planar cheetah: run along x", PlanarTask.Cheetah);
        AddFloating("Four-legged ant: run along x", FloatingTaskTraits.Ant);
        AddFloating("Humanoid with 21 motors: run along x", FloatingTaskTraits.Humanoid);
        AddFloating("Lower body with 152 muscles: run along x", FloatingTaskTraits.SnuHumanoid);
        registry.AddEnvironment<BruceOptions>(
            BruceFastRun.Id,
            "Biped of 70 cm: run along x, up to 2.5 m/s.",
            (options, context) => TracedEnv.Create(new BruceFastRun(options), options, context));
        void AddCloth(ClothTaskTraits traits, string description) => registry.AddEnvironment<ClothOptions>(
            traits.Id,
            description + " (after DaXBench).",
            (options, context) => TracedEnv.Create(new ClothTask(traits, options), options, context));
        AddCloth(ClothTaskTraits.FoldOnce, "Cloth of 512 particles: fold it once, by picking and placing");
        AddCloth(ClothTaskTraits.FoldThrice, "Cloth of 512 particles: fold it three times");
        AddCloth(ClothTaskTraits.FoldShirt, "T-shirt of 3,598 particles: fold it");
        AddCloth(ClothTaskTraits.UnfoldOnce, "Cloth of 512 particles, folded once at random: spread it out");
        AddCloth(ClothTaskTraits.UnfoldThrice, "Cloth of 512 particles, folded three times at random: spread it out");
        registry.AddEnvironment<BraxOptions>(
            Fetch.Id,
            "Dog of eleven boxes: run to a ball, which is then somewhere else (after Brax v1).",
            (options, context) => TracedEnv.Create(new Fetch(options), options, context));
        registry.AddEnvironment<GraspOptions>(
            Grasp.Id,
            "Claw with four fingers: grasp a ball and bring it to places (after Brax v1).",
            (options, context) => TracedEnv.Create(new Grasp(options), options, context));
        registry.AddEnvironment<TracedEnvOptions>(
            Pendulum.Id,
            "Pendulum with a weak motor: swing it up and hold it (Gymnasium's Pendulum-v1).",
            (options, context) => TracedEnv.Create(new Pendulum(), options, context));
        registry.AddEnvironment<RobotOptions>(
            ImportedEnvironment.Id,
            "A robot from an MJCF file (env.file), with a task from a task file (env.task), differentiated exactly.",
            (options, context) =>
                TracedEnv.Create(ImportedEnvironment.Create(options, context.Logger), options, context));
    }
}
