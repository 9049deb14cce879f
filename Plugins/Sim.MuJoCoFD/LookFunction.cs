using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The observation of states that no step led to, as an autograd node: inputs state and last action.</summary>
internal sealed class LookFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    private double[] states = [];
    private double[] actions = [];
    private double[]?[]? jacobians;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        double[] s = MuJoCoEnv.Copy(inputs[0]), a = MuJoCoEnv.Copy(inputs[1]);
        var values = new double[batch * env.Spec.Observation.Size];
        env.Look(batch, s, a, values);
        if (keep) (states, actions) = (s, a);
        var observation = torch.empty([batch, env.Spec.Observation.Size], torch.ScalarType.Float64);
        values.CopyTo(observation.Values<double>());
        return [observation];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        jacobians ??= env.Difference(batch, states, actions, [], looking: true);
        var layout = env.Layout;
        int s = layout.StateSize, o = env.Spec.Observation.Size, a = env.Range.Size;
        Tensor toState = torch.zeros([batch, s], torch.ScalarType.Float64), toAction = torch.zeros([batch, a], torch.ScalarType.Float64);
        Span<double> dState = toState.Values<double>(), dAction = toAction.Values<double>(), dObservation = StepFunction.Values(gradients[0]);
        var sums = new double[env.Inputs];
        for (int row = 0; row < batch && !dObservation.IsEmpty; row++)
        {
            Array.Clear(sums);
            Contraction.Add(jacobians[row], 0, dObservation.Slice(row * o, o), sums);
            layout.ToComponents(states.AsSpan(row * s, s), sums.AsSpan(0, layout.TangentSize), dState.Slice(row * s, s));
            sums.AsSpan(layout.TangentSize).CopyTo(dAction[(row * a)..]);
        }
        return [toState, toAction];
    }
}
