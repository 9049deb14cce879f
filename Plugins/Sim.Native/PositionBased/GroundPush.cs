using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Lifts a point out of the ground and holds it where it was. Inputs are position and rotation of the body, then both
/// at the start of the substep; parameters are those of <see cref="GroundTouch{T}"/>; outputs are displacement,
/// rotation vector, and 1.
/// </summary>
internal sealed class GroundPush : IRepeatedTerm
{
    public int Inputs => 24;

    public int Parameters => GroundTouch<Real>.Parameters;

    public int Outputs => 7;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => Find(inputs, parameters).Depth > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var found = Find(inputs, parameters);
        var slid = Vectors.Read(inputs) + found.Arm
            - (Vectors.Read(inputs[12..]) + (Vectors.ReadMatrix(inputs[15..]) * found.Local));
        var touch = GroundTouch<T>.At(found.Arm, parameters);
        touch.Apply(touch.Push(new(0, 0, 1), found.Depth, slid, parameters[8]), outputs);
    }

    private static GroundTouch<T> Find<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> =>
        GroundTouch<T>.Of(Vectors.Read(inputs), Vectors.ReadMatrix(inputs[3..]), parameters);
}
