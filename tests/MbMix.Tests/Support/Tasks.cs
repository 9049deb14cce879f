using MbMix.Sim.Native;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>The tasks with robots of our own, by short name: those of the DiffRL suite, and Bruce.</summary>
internal static class Tasks
{
    public static readonly string[] All = ["cartpole", "hopper", "cheetah", "ant", "humanoid", "snu-humanoid", "bruce"];

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
            _ => new FloatingTask(FloatingTaskTraits.SnuHumanoid, options),
        };
    }

    /// <summary>The robot of a task.</summary>
    public static ArticulatedBody Body(string name) =>
        new(name == "bruce" ? BruceRobot.Describe(new BruceOptions()) : RobotDescription.Load(name));
}
