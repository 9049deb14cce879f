namespace MbMix.Sim.Native;

/// <summary>A site of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Link">Index of the link that carries it; -1 if it does not move.</param>
/// <param name="Place">Where its frame is in the link's frame, or in the world.</param>
internal sealed record ImportedSite(string Name, int Link, Placement Place);
