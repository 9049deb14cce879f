namespace MbMix.Sim.Native;

/// <summary>Something in a model that is not simulated.</summary>
/// <param name="Kind">What it is, such as <c>equality</c>; the same for all of its kind.</param>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="File">Name of its file.</param>
/// <param name="Line">Its line.</param>
/// <param name="Essential">Whether the robot moves differently without it, so that the model is refused.</param>
internal sealed record ImportNote(string Kind, string Name, string File, int Line, bool Essential);
