namespace MbMix.Sim.Native;

/// <summary>What the actions of a task with Bruce mean.</summary>
public enum BruceActions
{
    /// <summary>Angles of the joints relative to the start pose, which controllers of the motors hold.</summary>
    Angles,

    /// <summary>Torques of the joints, as shares of the largest.</summary>
    Torques,

    /// <summary>
    /// Torques of the motors, as shares of the largest. Two of them move hip pitch and roll together through a
    /// differential, two others knee and ankle through a parallelogram.
    /// </summary>
    MotorTorques,
}
