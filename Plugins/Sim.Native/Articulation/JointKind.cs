namespace MbMix.Sim.Native;

/// <summary>How a link moves against its parent.</summary>
internal enum JointKind
{
    /// <summary>Not at all.</summary>
    Fixed,

    /// <summary>Along an axis; coordinate in m.</summary>
    Prismatic,

    /// <summary>About an axis; coordinate in rad.</summary>
    Revolute,
}
