using MbMix.Hosting;
using MbMix.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>A program that embeds MbMix trains a robot from a model file, as docs/your-robot.md shows it.</summary>
public sealed class RobotsInPrograms
{
    [Fact]
    public void A_program_trains_a_robot_from_a_file()
    {
        string folder = Path.Combine(Shell.Root, "samples", "robots");
        using var provider = new ServiceCollection().AddMbMix().AddSimMuJoCoFD().AddShac().BuildServiceProvider();
        var sessions = provider.GetRequiredService<TrainingSessions>();
        using var session = sessions.Create(new TrainingRequest
        {
            Environment = "mujoco/robot-v1",
            Algorithm = "shac",
            Settings =
            [
                "env.file=" + Path.Combine(folder, "cart.xml"),
                "env.task=" + Path.Combine(folder, "cart.task.json"),
            ],
        });
        session.Iterate();
        Assert.Equal("mujoco/robot-v1", session.Env.Spec.Id);
        Assert.True(session.EnvironmentSteps > 0);
    }
}
