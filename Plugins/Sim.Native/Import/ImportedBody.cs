namespace MbMix.Sim.Native;

/// <summary>A body of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">Index of the body that it is attached to; -1 for the world.</param>
/// <param name="Link">Index of the link that carries it; -1 if it does not move.</param>
/// <param name="Place">Where its frame is in the link's frame, or in the world.</param>
internal sealed record ImportedBody(string Name, int Parent, int Link, Placement Place);
