using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Brings the anchors of a joint together, a share of the way. Inputs are the arms of parent and child, from their
/// centers to the anchors, and the gap from the anchor of the child to that of the parent; parameters are the inverses
/// of both bodies; outputs are displacement and rotation vector of the parent, then of the child.
/// </summary>
internal sealed class PointCorrection : IRepeatedTerm
{
    private const double Share = 0.6;

    public int Inputs => 9;

    public int Parameters => 8;

    public int Outputs => 12;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)1 > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> parentArm = Vectors.Read(inputs), childArm = Vectors.Read(inputs[3..]);
        var (gap, direction) = Lengths.Split(Vectors.Read(inputs[6..]));
        Inverses<T> parent = Inverses<T>.From(parameters), child = Inverses<T>.From(parameters[4..]);
        T w = parent.Along(parentArm, direction) + child.Along(childArm, direction) + (T)Lengths.Tiny;
        var impulse = (-((T)Share * gap) / w) * direction;
        Vectors.Write(parent.Mass * impulse, outputs);
        Vectors.Write(parent.Turn(Vector3<T>.Cross(parentArm, impulse)), outputs[3..]);
        Vectors.Write(-(child.Mass * impulse), outputs[6..]);
        Vectors.Write(-child.Turn(Vector3<T>.Cross(childArm, impulse)), outputs[9..]);
    }
}
