namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// Where things are in the state of a lane, <c>qpos [nq] | qvel [nv] | act [na] | mocap_pos [nmocap x 3] | mocap_quat
/// [nmocap x 4] | carried</c>, and in its tangent, <c>nv | nv | na | 3 nmocap | 3 nmocap | carried</c>.
/// </summary>
/// <remarks>
/// This is everything that MuJoCo counts as the state of an integration (mjSTATE_INTEGRATION) and that can differ from
/// one lane to another. Of the rest, the solver's warm start and the time are zero at the start of every control step;
/// controls come from the action; and nothing ever changes user data, applied forces and the activity of equality
/// constraints, which are those of the model.
/// </remarks>
internal sealed class StateLayout
{
    public StateLayout(MjModel model, int carried)
    {
        (Positions, Velocities, Activations, Carried) = (model.Nq, model.Nv, model.Na, carried);
        Mocaps = model.NMocap;
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
        JointQuaternions = [.. quaternions];
        for (int mocap = 0; mocap < Mocaps; mocap++)
            quaternions.Add((MocapQuatAt + (4 * mocap), MocapTangentAt + (3 * Mocaps) + (3 * mocap)));
        Quaternions = [.. quaternions];
    }

    /// <summary>Components of qpos, nq.</summary>
    public int Positions { get; }

    /// <summary>Components of qvel, nv.</summary>
    public int Velocities { get; }

    /// <summary>Actuator activations, na.</summary>
    public int Activations { get; }

    /// <summary>Mocap bodies.</summary>
    public int Mocaps { get; }

    /// <summary>Carried quantities, <see cref="TaskTraits.Carried"/>.</summary>
    public int Carried { get; }

    /// <summary>Index of the first activation in the state.</summary>
    public int ActivationsAt => Positions + Velocities;

    /// <summary>Index of the first mocap position in the state.</summary>
    public int MocapPosAt => ActivationsAt + Activations;

    /// <summary>Index of the first mocap quaternion in the state.</summary>
    public int MocapQuatAt => MocapPosAt + (3 * Mocaps);

    /// <summary>
    /// Index of the first component of each quaternion in the state, and of its rotation vector in the tangent, in
    /// ascending order.
    /// </summary>
    public (int State, int Tangent)[] Quaternions { get; }

    /// <summary>
    /// Those of joints. Their rotation vectors have the same place among the velocities, counted from the first.
    /// </summary>
    public (int State, int Tangent)[] JointQuaternions { get; }

    public int StateSize => MocapQuatAt + (4 * Mocaps) + Carried;

    public int TangentSize => StateSize - Quaternions.Length;

    private int MocapTangentAt => (2 * Velocities) + Activations;

    public ReadOnlySpan<double> Qpos(ReadOnlySpan<double> state) => state[..Positions];

    public ReadOnlySpan<double> Qvel(ReadOnlySpan<double> state) => state.Slice(Positions, Velocities);

    public ReadOnlySpan<double> CarriedOf(ReadOnlySpan<double> state) => state[(StateSize - Carried)..];

    /// <summary>
    /// Pullback of "state (+) tangent" at tangent 0: the cotangent of a state's components becomes one of the tangent.
    /// </summary>
    /// <param name="state">The state [S].</param>
    /// <param name="dState">Cotangent of its components [S].</param>
    /// <param name="dTangent">Receives the cotangent in tangent coordinates [T].</param>
    public void ToTangent(ReadOnlySpan<double> state, ReadOnlySpan<double> dState, Span<double> dTangent)
    {
        int from = 0, to = 0;
        foreach (var (q, v) in Quaternions)
        {
            dState[from..q].CopyTo(dTangent[to..]);
            // q exp(w): dq = q (0, w) / 2
            PullIntegration(state[q..], dState[q..], dTangent[v..]);
            (from, to) = (q + 4, v + 3);
        }
        dState[from..].CopyTo(dTangent[to..]);
    }

    /// <summary>
    /// Pullback of the chart's difference at two equal states: a cotangent in tangent coordinates becomes one of the
    /// state's components. It has no part along a quaternion itself.
    /// </summary>
    /// <param name="state">The state [S].</param>
    /// <param name="dTangent">Cotangent in tangent coordinates [T].</param>
    /// <param name="dState">Receives the cotangent of the state's components [S].</param>
    public void ToComponents(ReadOnlySpan<double> state, ReadOnlySpan<double> dTangent, Span<double> dState)
    {
        int from = 0, to = 0;
        foreach (var (q, v) in Quaternions)
        {
            dTangent[from..v].CopyTo(dState[to..]);
            PullDifference(state[q..], dTangent[v..], dState[q..]);
            (from, to) = (v + 3, q + 4);
        }
        dTangent[from..].CopyTo(dState[to..]);
    }

    private static void PullIntegration(ReadOnlySpan<double> q, ReadOnlySpan<double> dq, Span<double> dw)
    {
        dw[0] = 0.5 * ((-q[1] * dq[0]) + (q[0] * dq[1]) + (q[3] * dq[2]) - (q[2] * dq[3]));
        dw[1] = 0.5 * ((-q[2] * dq[0]) - (q[3] * dq[1]) + (q[0] * dq[2]) + (q[1] * dq[3]));
        dw[2] = 0.5 * ((-q[3] * dq[0]) + (q[2] * dq[1]) - (q[1] * dq[2]) + (q[0] * dq[3]));
    }

    // The difference is 2 log(conj(q) p); its derivative with respect to p at p = q is 2 vec(conj(q) dp).
    private static void PullDifference(ReadOnlySpan<double> q, ReadOnlySpan<double> dw, Span<double> dq)
    {
        dq[0] = 2 * ((-q[1] * dw[0]) - (q[2] * dw[1]) - (q[3] * dw[2]));
        dq[1] = 2 * ((q[0] * dw[0]) - (q[3] * dw[1]) + (q[2] * dw[2]));
        dq[2] = 2 * ((q[3] * dw[0]) + (q[0] * dw[1]) - (q[1] * dw[2]));
        dq[3] = 2 * ((-q[2] * dw[0]) + (q[1] * dw[1]) + (q[0] * dw[2]));
    }
}
