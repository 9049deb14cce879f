using MbMix.Sim.Native;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>The tasks on our own engine, by short name.</summary>
internal static class Tasks
{
    /// <summary>The tasks with articulated robots: those of the DiffRL suite, and Bruce.</summary>
    public static readonly string[] Robots =
        ["cartpole", "hopper", "cheetah", "ant", "humanoid", "snu-humanoid", "bruce"];

    /// <summary>These, and Fetch and Grasp after Brax v1.</summary>
    public static readonly string[] All = [.. Robots, "fetch", "grasp"];

    public static ITracedEnvironment Make(string name, bool randomStart = false)
    {
        var options = new DiffRlOptions { RandomStart = randomStart };
        return name switch
        {
            "cartpole" => new CartPoleSwingUp(options),
            "hopper" => PlanarTask.Hopper(options),
            "cheetah" => PlanarTask.Cheetah(options),
            "ant" => new FloatingTask(FloatingTaskTraits.Ant, options),
            "humanoid" => new FloatingTask(FloatingTaskTraits.Humanoid, options),
            "bruce" => new BruceFastRun(new BruceOptions { RandomStart = randomStart }),
            "fetch" => new Fetch(new BraxOptions { RandomStart = randomStart }),
            "grasp" => new Grasp(new GraspOptions { RandomStart = randomStart }),
            _ => new FloatingTask(FloatingTaskTraits.SnuHumanoid, options),
        };
    }

    /// <summary>The robot of a task.</summary>
    public static ArticulatedBody Body(string name) =>
        new(name == "bruce" ? BruceRobot.Describe(new BruceOptions()) : RobotDescription.Load(name));
}
