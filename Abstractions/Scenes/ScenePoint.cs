using System.Numerics;

namespace MbMix;

/// <summary>A point: where something can touch, or what lines and surfaces run through.</summary>
/// <param name="Body">
/// Index of the body that it is fixed to, -1 for the world; null if it is free and <see cref="SceneFrame.Points"/> says
/// where it is.
/// </param>
/// <param name="Position">Where it is in the frame of the body [m]; of a free point, not used.</param>
/// <param name="Radius">
/// Size of the mark that is shown while it touches something [m]; 0 for a point that is never shown itself.
/// </param>
public sealed record ScenePoint(int? Body, Vector3 Position = default, float Radius = 0);
