namespace MbMix.Learning;

/// <summary>What an iteration is busy with. Simulation is measured where it happens, within the networks' phase.</summary>
public enum Phase
{
    /// <summary>Bookkeeping and whatever else.</summary>
    Rest,

    /// <summary>Networks and losses, forward and backward, with the simulation between them.</summary>
    Networks,

    /// <summary>Clipping and parameter updates.</summary>
    Optimizer,
}
