namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// Displacements and differences of states along tangent coordinates. Those of joints are MuJoCo's own; quaternions of
/// mocap bodies, which MuJoCo does not count among the positions, turn in the same way. One thread at a time.
/// </summary>
internal sealed class StateArithmetic(MjModel model, StateLayout layout)
{
    private readonly double[] direction = new double[layout.Velocities];
    private readonly (int State, int Tangent)[] mocaps = layout.Quaternions[layout.JointQuaternions.Length..];
    private readonly (double Low, double High)[] activations = ActivationRanges.Of(model);

    /// <summary>
    /// How far a state may move down and up along a tangent coordinate: by <paramref name="epsilon"/>, but an
    /// activation stays in its range, beyond which another law holds.
    /// </summary>
    public (double Down, double Up) Room(ReadOnlySpan<double> state, int column, double epsilon)
    {
        int activation = column - (2 * layout.Velocities);
        if (activation < 0 || activation >= layout.Activations) return (epsilon, epsilon);
        var (low, high) = activations[activation];
        double at = state[layout.ActivationsAt + activation];
        if (!(at >= low && at <= high)) return (epsilon, epsilon);
        return (Math.Min(epsilon, at - low), Math.Min(epsilon, high - at));
    }

    /// <summary>Moves a state along one tangent coordinate.</summary>
    /// <param name="state">The state [S].</param>
    /// <param name="column">The tangent coordinate.</param>
    /// <param name="by">How far.</param>
    /// <param name="displaced">Receives the other state [S].</param>
    public void Displace(ReadOnlySpan<double> state, int column, double by, Span<double> displaced)
    {
        state.CopyTo(displaced);
        if (column < layout.Velocities)
        {
            direction[column] = 1;
            model.IntegratePos(displaced[..layout.Positions], direction, by);
            direction[column] = 0;
            return;
        }
        foreach (var (q, v) in mocaps)
        {
            if (column < v || column >= v + 3) continue;
            Turn(displaced.Slice(q, 4), column - v, by);
            return;
        }
        // quaternions come after everything else but the carried quantities
        int before = mocaps.Length > 0 && column >= mocaps[0].Tangent ? mocaps.Length : 0;
        displaced[layout.Positions - layout.Velocities + column + before] += by;
    }

    /// <summary>Writes the tangent that leads from one state to another, divided by a width.</summary>
    /// <param name="from">The state at the start [S].</param>
    /// <param name="to">The state at the end [S].</param>
    /// <param name="width">The divisor.</param>
    /// <param name="tangent">Receives the tangent [T].</param>
    public void Difference(
        ReadOnlySpan<double> from, ReadOnlySpan<double> to, double width, Span<double> tangent)
    {
        model.DifferentiatePos(tangent[..layout.Velocities], width, layout.Qpos(from), layout.Qpos(to));
        int at = layout.Positions, t = layout.Velocities;
        foreach (var (q, v) in mocaps)
        {
            for (; at < q; at++, t++) tangent[t] = (to[at] - from[at]) / width;
            RotationBetween(from.Slice(q, 4), to.Slice(q, 4), width, tangent.Slice(v, 3));
            (at, t) = (q + 4, v + 3);
        }
        for (; at < from.Length; at++, t++) tangent[t] = (to[at] - from[at]) / width;
    }

    // q exp(by e_axis), which keeps the length of q
    private static void Turn(Span<double> q, int axis, double by)
    {
        double c = Math.Cos(by / 2), s = Math.Sin(by / 2);
        double w = q[0], x = q[1], y = q[2], z = q[3];
        var (pw, px, py, pz) = axis switch
        {
            0 => (-x, w, z, -y),
            1 => (-y, -z, w, x),
            _ => (-z, y, -x, w),
        };
        (q[0], q[1], q[2], q[3]) = ((c * w) + (s * pw), (c * x) + (s * px), (c * y) + (s * py), (c * z) + (s * pz));
    }

    // 2 log(conj(p) q) / width
    private static void RotationBetween(
        ReadOnlySpan<double> p, ReadOnlySpan<double> q, double width, Span<double> rotation)
    {
        double w = (p[0] * q[0]) + (p[1] * q[1]) + (p[2] * q[2]) + (p[3] * q[3]);
        double x = (p[0] * q[1]) - (p[1] * q[0]) - (p[2] * q[3]) + (p[3] * q[2]);
        double y = (p[0] * q[2]) + (p[1] * q[3]) - (p[2] * q[0]) - (p[3] * q[1]);
        double z = (p[0] * q[3]) - (p[1] * q[2]) + (p[2] * q[1]) - (p[3] * q[0]);
        double length = Math.Sqrt((x * x) + (y * y) + (z * z));
        if (w < 0) (w, x, y, z) = (-w, -x, -y, -z);
        double scale = (length < 1e-12 ? 2 / w : 2 * Math.Atan2(length, w) / length) / width;
        (rotation[0], rotation[1], rotation[2]) = (scale * x, scale * y, scale * z);
    }
}
