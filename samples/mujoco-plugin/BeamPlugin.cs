using MbMix;
using MbMix.Simulation.MuJoCo;
using MujocoSharp;
using Samples.Beam;

[assembly: MbMixPlugin(typeof(BeamPlugin))]

namespace Samples.Beam;

/// <summary>Registers <c>samples/ball-on-beam-v1</c>.</summary>
public sealed class BeamPlugin : IMbMixPlugin
{
    private static string File => Path.Combine(
        Path.GetDirectoryName(typeof(BeamPlugin).Assembly.Location)!, "models", "beam.xml");

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<MuJoCoOptions>(
        BeamTask.Id,
        "Keep a ball in the middle of a beam by tilting it",
        (options, context) => MuJoCoEnvironments.Create(
            BeamTask.Id, () => MjModel.FromFile(File), model => new BeamTask(model), options, context),
        MuJoCoEnvironments.WhyUnavailable);
}
