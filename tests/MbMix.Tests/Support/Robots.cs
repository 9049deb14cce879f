using MbMix.Sim.MuJoCoFD;
using MbMix.Simulation.MuJoCo;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>Environments of robots from model files on MuJoCo.</summary>
internal static class Robots
{
    /// <summary>A model or task among the data of these tests.</summary>
    public static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    /// <summary>A model or task among the samples.</summary>
    public static string Sample(string name) => Path.Combine(Shell.Root, "samples", "robots", name);

    public static IDifferentiableEnv Make(string file, string? task = null, params string[] settings) => MuJoCoEnvs.Make(
        "mujoco/robot-v1",
        ["env.file=" + file, .. task is null ? Array.Empty<string>() : ["env.task=" + task], .. settings]);

    /// <summary>One of our test models with its task, with text replaced in the model.</summary>
    public static IDifferentiableEnv Variant(HostFolder folder, string name, string from, string to, params string[] settings)
    {
        string model = File.ReadAllText(Data(name + ".xml"));
        Assert.Contains(from, model, StringComparison.Ordinal);
        File.WriteAllText(folder[name + ".xml"], model.Replace(from, to, StringComparison.Ordinal));
        return Make(folder[name + ".xml"], Data(name + ".task.json"), settings);
    }

    /// <summary>The environment below the host's checks.</summary>
    public static MuJoCoEnv Bare(string file, string? task = null)
    {
        var options = new MuJoCoRobotOptions { File = file, Task = task };
        return (MuJoCoEnv)Robot.Create(options, new EnvContext
        {
            Workers = new LearningWorkers(),
            Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance,
        });
    }

    /// <summary>A state with some components replaced.</summary>
    public static Tensor With(Tensor state, int first, params double[] values)
    {
        var other = state.clone();
        other.narrow(1, first, values.Length).copy_(torch.tensor(values));
        return other;
    }
}
