using System.Diagnostics;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// The observation <c>[B, O]</c> of states that no step led to, as an autograd node. Its inputs are the state <c>[B,
/// S]</c> and the last action <c>[B, A]</c>.
/// </summary>
internal sealed class MuJoCoObserveFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    private double[] states = [];
    private double[] actions = [];
    private double[]?[]? jacobians;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        double[] s = MuJoCoEnv.Copy(inputs[0]), a = MuJoCoEnv.Copy(inputs[1]);
        var values = new double[batch * env.Spec.Observation.Size];
        env.Observe(batch, s, a, values);
        if (keep) (states, actions) = (s, a);
        var observation = torch.empty([batch, env.Spec.Observation.Size], torch.ScalarType.Float64);
        values.CopyTo(observation.Values<double>());
        return [observation];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        long start = Stopwatch.GetTimestamp();
        jacobians ??= env.Difference(batch, states, actions, [], ofObservation: true);
        var layout = env.Layout;
        int s = layout.StateSize, o = env.Spec.Observation.Size, a = env.Range.Size;
        Tensor toState = torch.zeros([batch, s], torch.ScalarType.Float64);
        Tensor toAction = torch.zeros([batch, a], torch.ScalarType.Float64);
        Span<double> dState = toState.Values<double>(), dAction = toAction.Values<double>();
        var dObservation = MuJoCoStepFunction.Values(gradients[0]);
        var dInputs = new double[env.Inputs];
        for (int lane = 0; lane < batch && !dObservation.IsEmpty; lane++)
        {
            Array.Clear(dInputs);
            Contraction.Add(jacobians[lane], 0, dObservation.Slice(lane * o, o), dInputs);
            var dTangent = dInputs.AsSpan(0, layout.TangentSize);
            layout.ToComponents(states.AsSpan(lane * s, s), dTangent, dState.Slice(lane * s, s));
            dInputs.AsSpan(layout.TangentSize).CopyTo(dAction[(lane * a)..]);
        }
        env.Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [toState, toAction];
    }
}
