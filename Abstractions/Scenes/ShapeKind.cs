namespace MbMix;

/// <summary>What a <see cref="SceneShape"/> is. Shapes are centered at their own origin; their axis is z.</summary>
public enum ShapeKind
{
    /// <summary>A plane across z. Size: half the extent along x and along y [m]; 0 means endless.</summary>
    Plane,

    /// <summary>A ball. Size: radius [m].</summary>
    Sphere,

    /// <summary>A cylinder with half balls at its ends. Size: radius, half the length of the cylinder [m].</summary>
    Capsule,

    /// <summary>A cylinder. Size: radius, half the length [m].</summary>
    Cylinder,

    /// <summary>A box. Size: half the extent along each axis [m].</summary>
    Box,

    /// <summary>An ellipsoid. Size: radius along each axis [m].</summary>
    Ellipsoid,

    /// <summary>
    /// Triangles, see <see cref="SceneShape.Vertices"/> and <see cref="SceneShape.Triangles"/>. Size is not used.
    /// </summary>
    Mesh,
}
