using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A sheet of particles at cells of a square grid. A spring joins each particle to those of its eight neighbors that
/// exist. At rest, cell (i, j) is at x = i s, y = 0 and z = (N - j) s, where s = 1/N is the spacing.
/// </summary>
internal sealed class ClothSheet
{
    // the published rest length of a diagonal spring, in units of the spacing
    private const double Diagonal = 1.414;

    private readonly Dictionary<(int I, int J), int> particleAt = [];

    /// <summary>Makes a sheet.</summary>
    /// <param name="cellsPerMeter">Number N of cells per meter.</param>
    /// <param name="cells">The cells that hold a particle, in the order of the particles.</param>
    public ClothSheet(int cellsPerMeter, IEnumerable<(int I, int J)> cells)
    {
        Spacing = 1.0 / cellsPerMeter;
        foreach (var cell in cells) particleAt.Add(cell, particleAt.Count);
        Rest = new double[3 * Particles];
        foreach (var ((i, j), particle) in particleAt)
        {
            Rest[3 * particle] = i * Spacing;
            Rest[(3 * particle) + 2] = (cellsPerMeter - j) * Spacing;
        }
        Springs = [.. FindSprings()];
        Triangles = [.. FindTriangles()];
    }

    /// <summary>Distance of neighboring particles at rest [m].</summary>
    public double Spacing { get; }

    /// <summary>Number of particles.</summary>
    public int Particles => particleAt.Count;

    /// <summary>Position of each particle at rest, three numbers each [m].</summary>
    public double[] Rest { get; }

    /// <summary>
    /// The springs as instances of a <see cref="ClothSpring"/>: positions in, forces out, and the length at rest [m].
    /// </summary>
    public TermInstance[] Springs { get; }

    /// <summary>Three particles per triangle of the surface.</summary>
    public int[] Triangles { get; }

    private IEnumerable<TermInstance> FindSprings()
    {
        foreach (var ((i, j), a) in particleAt)
        {
            // the other four neighbors find this one
            foreach (var (di, dj) in new[] { (1, 0), (0, 1), (1, 1), (1, -1) })
            {
                if (!particleAt.TryGetValue((i + di, j + dj), out int b)) continue;
                int[] ends = [3 * a, (3 * a) + 1, (3 * a) + 2, 3 * b, (3 * b) + 1, (3 * b) + 2];
                yield return new TermInstance(ends, [di * dj == 0 ? Spacing : Diagonal * Spacing], ends);
            }
        }
    }

    private IEnumerable<int> FindTriangles()
    {
        foreach (var ((i, j), a) in particleAt)
        {
            if (!particleAt.TryGetValue((i + 1, j + 1), out int b)) continue;
            foreach (var corner in new[] { (i + 1, j), (i, j + 1) })
            {
                if (!particleAt.TryGetValue(corner, out int c)) continue;
                yield return a;
                yield return c;
                yield return b;
            }
        }
    }
}
