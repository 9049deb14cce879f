using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Where things stand in a state row, <c>qpos | qvel | act | carried</c>, and in its tangent, <c>nv | nv | na | carried</c>.</summary>
internal sealed class StateLayout
{
    public StateLayout(MjModel model, int carried)
    {
        (Positions, Velocities, Activations, Carried) = (model.Nq, model.Nv, model.Na, carried);
        var quaternions = new List<(int, int)>();
        for (int joint = 0; joint < model.NJoint; joint++)
        {
            int q = model.JointQposAdr[joint], v = model.JointDofAdr[joint];
            switch (model.JointType[joint])
            {
                case MjJointType.Free:
                    quaternions.Add((q + 3, v + 3));
                    break;
                case MjJointType.Ball:
                    quaternions.Add((q, v));
                    break;
            }
        }
        Quaternions = [.. quaternions];
    }

    public int Positions { get; }

    public int Velocities { get; }

    public int Activations { get; }

    public int Carried { get; }

    /// <summary>Start of each quaternion in the row, and of its rotation in the tangent.</summary>
    public (int Row, int Tangent)[] Quaternions { get; }

    public int StateSize => Positions + Velocities + Activations + Carried;

    public int TangentSize => StateSize - Quaternions.Length;

    /// <summary>Components behind the positions: the same in row and tangent.</summary>
    public int Flat => Velocities + Activations + Carried;

    public ReadOnlySpan<double> Qpos(ReadOnlySpan<double> row) => row[..Positions];

    public ReadOnlySpan<double> Qvel(ReadOnlySpan<double> row) => row.Slice(Positions, Velocities);

    public ReadOnlySpan<double> CarriedOf(ReadOnlySpan<double> row) => row[(Positions + Velocities + Activations)..];

    /// <summary>Cotangent of a row's components to tangent coordinates at it: the adjoint of adding a displacement.</summary>
    public void ToTangent(ReadOnlySpan<double> row, ReadOnlySpan<double> components, Span<double> tangent)
    {
        int from = 0, to = 0;
        foreach (var (q, v) in Quaternions)
        {
            components[from..q].CopyTo(tangent[to..]);
            // q exp(w): dq = q (0, w) / 2
            Rotate(row[q..], components[q..], tangent[v..], 0.5);
            (from, to) = (q + 4, v + 3);
        }
        components[from..].CopyTo(tangent[to..]);
    }

    /// <summary>Cotangent in tangent coordinates at a row to its components: the adjoint of the difference; no part along a quaternion itself.</summary>
    public void ToComponents(ReadOnlySpan<double> row, ReadOnlySpan<double> tangent, Span<double> components)
    {
        int from = 0, to = 0;
        foreach (var (q, v) in Quaternions)
        {
            tangent[from..v].CopyTo(components[to..]);
            RotateBack(row[q..], tangent[v..], components[q..]);
            (from, to) = (v + 3, q + 4);
        }
        tangent[from..].CopyTo(components[to..]);
    }

    private static void Rotate(ReadOnlySpan<double> q, ReadOnlySpan<double> c, Span<double> w, double scale)
    {
        w[0] = scale * ((-q[1] * c[0]) + (q[0] * c[1]) + (q[3] * c[2]) - (q[2] * c[3]));
        w[1] = scale * ((-q[2] * c[0]) - (q[3] * c[1]) + (q[0] * c[2]) + (q[1] * c[3]));
        w[2] = scale * ((-q[3] * c[0]) + (q[2] * c[1]) - (q[1] * c[2]) + (q[0] * c[3]));
    }

    // difference 2 log(conj(q) p): its derivative at p = q is 2 vec(conj(q) dp)
    private static void RotateBack(ReadOnlySpan<double> q, ReadOnlySpan<double> w, Span<double> c)
    {
        c[0] = 2 * ((-q[1] * w[0]) - (q[2] * w[1]) - (q[3] * w[2]));
        c[1] = 2 * ((q[0] * w[0]) - (q[3] * w[1]) + (q[2] * w[2]));
        c[2] = 2 * ((q[3] * w[0]) + (q[0] * w[1]) - (q[1] * w[2]));
        c[3] = 2 * ((-q[2] * w[0]) + (q[1] * w[1]) + (q[0] * w[2]));
    }
}
