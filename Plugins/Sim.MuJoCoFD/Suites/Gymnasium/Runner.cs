using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// What the robots that move along x have in common: the root's x is the first coordinate, positions and velocities are
/// observed, speed along x is rewarded.
/// </summary>
/// <param name="options">Options of the task.</param>
/// <param name="model">The model.</param>
/// <param name="id">Id of the environment.</param>
/// <param name="frameSkip">Simulation steps per control step, unless the options say otherwise.</param>
/// <param name="omitted">How many positions, counted from the first, the observation leaves out.</param>
/// <param name="invariant">Indices into qpos of the coordinates that the dynamics do not depend on.</param>
internal sealed class Runner(
    MuJoCoOptions options,
    MjModel model,
    string id,
    int frameSkip,
    int omitted,
    int[] invariant)
{
    private readonly double dt = model.Timestep * (options.FrameSkip ?? frameSkip);

    public TaskTraits Traits { get; } = new()
    {
        Id = id,
        FrameSkip = frameSkip,
        Observation = [.. Spaces.Positions(model).Skip(omitted), .. Spaces.Velocities(model)],
        Predictive = true,
        Invariant = invariant,
    };

    /// <summary>Observes positions (without the omitted ones) and velocities.</summary>
    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        Formulas.Join(observation, snapshot.Qpos[omitted..], snapshot.Qvel);

    /// <summary>The same with velocities clipped to plus or minus 10.</summary>
    public void ObserveClipped(in TaskSnapshot snapshot, Span<double> observation)
    {
        Observe(snapshot, observation);
        Formulas.Clip(observation[^snapshot.Qvel.Length..], -10, 10);
    }

    /// <summary>Mean velocity along x over the control step [m/s].</summary>
    public double Speed(in TaskSnapshot before, in TaskSnapshot after) => (after.Qpos[0] - before.Qpos[0]) / dt;
}
