namespace MbMix.Simulation.MuJoCo;

/// <summary>What the environment computes in arrays, without tensors.</summary>
internal sealed partial class MuJoCoEnv : IArrayAccess
{
    /// <inheritdoc/>
    public IArrayEnv<T>? Arrays<T>()
        where T : unmanaged => new MuJoCoArrays(this, observesTask: false) as IArrayEnv<T>;

    /// <summary>Draws start states.</summary>
    internal void Reset(ReadOnlySpan<LaneKey> lanes, Span<double> states)
    {
        int size = Layout.StateSize;
        for (int lane = 0; lane < lanes.Length; lane++)
            pool.First.Simulator.Reset(new MuJoCoStartNoise(lanes[lane], Spec.Id), states.Slice(lane * size, size));
    }

    /// <summary>
    /// Pulls cotangents back through a step of a batch of lanes, given its Jacobians; nothing is added for a lane
    /// without one. Empty cotangents are zero.
    /// </summary>
    internal void PullBack(
        double[] states,
        double[] nexts,
        double[]?[] jacobians,
        ReadOnlySpan<double> dNext,
        ReadOnlySpan<double> dObservation,
        ReadOnlySpan<double> dReward,
        Span<double> dState,
        Span<double> dAction)
    {
        int s = Layout.StateSize, t = Layout.TangentSize, o = Spec.Observation.Size, a = Range.Size;
        double[] dNextTangent = new double[t], dInputs = new double[Inputs];
        for (int lane = 0; lane < jacobians.Length; lane++)
        {
            if (jacobians[lane] is not { } jacobian) continue;
            Array.Clear(dInputs);
            if (!dNext.IsEmpty)
            {
                Layout.ToTangent(nexts.AsSpan(lane * s, s), dNext.Slice(lane * s, s), dNextTangent);
                Contraction.Add(jacobian, 0, dNextTangent, dInputs);
            }
            if (!dObservation.IsEmpty) Contraction.Add(jacobian, t, dObservation.Slice(lane * o, o), dInputs);
            if (!dReward.IsEmpty) Contraction.Add(jacobian, t + o, dReward.Slice(lane, 1), dInputs);
            Layout.ToComponents(states.AsSpan(lane * s, s), dInputs.AsSpan(0, t), dState.Slice(lane * s, s));
            dInputs.AsSpan(t).CopyTo(dAction[(lane * a)..]);
        }
    }
}
