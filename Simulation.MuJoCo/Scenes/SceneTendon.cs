namespace MbMix.Simulation.MuJoCo;

/// <summary>A tendon that runs through space.</summary>
/// <param name="Index">Its index in the model.</param>
/// <param name="Name">Its name.</param>
/// <param name="Points">The most points that its path can have.</param>
/// <param name="Width">Its thickness [m].</param>
/// <param name="Actuator">Index of an actuator that pulls it; -1 if there is none.</param>
internal sealed record SceneTendon(int Index, string Name, int Points, float Width, int Actuator);
