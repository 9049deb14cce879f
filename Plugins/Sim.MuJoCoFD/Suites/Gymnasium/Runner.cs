using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>What the planar running robots have in common: root x first, observation of positions and velocities, reward for speed along x.</summary>
/// <param name="options">Options of the task.</param>
/// <param name="model">The model.</param>
/// <param name="id">Id of the task.</param>
/// <param name="file">Name of the MJCF file.</param>
/// <param name="frameSkip">Simulation steps per control step.</param>
/// <param name="leave">Positions at the front that the observation leaves out.</param>
/// <param name="invariant">Position coordinates the dynamics do not depend on.</param>
internal sealed class Runner(MuJoCoOptions options, MjModel model, string id, string file, int frameSkip, int leave, params int[] invariant)
{
    private readonly double dt = model.Timestep * (options.FrameSkip ?? frameSkip);

    public TaskTraits Traits { get; } = new()
    {
        Id = id,
        Model = file,
        FrameSkip = frameSkip,
        Observation = [.. Spaces.Positions(model).Skip(leave), .. Spaces.Velocities(model)],
        Predictive = true,
        Invariant = invariant,
    };

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) => Formulas.Join(observation, snapshot.Qpos[leave..], snapshot.Qvel);

    /// <summary>Observation with velocities clipped to plus or minus 10.</summary>
    public void ObserveClipped(in TaskSnapshot snapshot, Span<double> observation)
    {
        Observe(snapshot, observation);
        Formulas.Clip(observation[^snapshot.Qvel.Length..], -10, 10);
    }

    /// <summary>Mean velocity along x over the control step [m/s].</summary>
    public double Speed(in TaskSnapshot before, in TaskSnapshot after) => (after.Qpos[0] - before.Qpos[0]) / dt;
}
