using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>A batched control step as an autograd node: inputs state and action, outputs next state, observation, reward.</summary>
internal sealed class StepFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    // numbers of the call; the Jacobians come when a backward pass first asks, and stay for further ones
    private double[] states = [];
    private double[] actions = [];
    private double[] nexts = [];
    private int[] faults = [];
    private double[]?[]? jacobians;

    public Tensor Terminated { get; private set; } = null!;

    public Tensor Fault { get; private set; } = null!;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        double[] s = MuJoCoEnv.Copy(inputs[0]), a = MuJoCoEnv.Copy(inputs[1]);
        const torch.ScalarType type = torch.ScalarType.Float64;
        Tensor next = torch.empty([batch, env.Spec.State.Size], type), observation = torch.empty([batch, env.Spec.Observation.Size], type), reward = torch.empty(batch, type);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        Fault = torch.empty(batch, torch.ScalarType.Int32);
        env.Forward(batch, s, a, next.Values<double>(), observation.Values<double>(), reward.Values<double>(), Terminated.Values<bool>(), Fault.Values<int>());
        if (keep) (states, actions, nexts, faults) = (s, a, next.Values<double>().ToArray(), Fault.Values<int>().ToArray());
        return [next, observation, reward];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        jacobians ??= env.Difference(batch, states, actions, faults);
        env.Costs.BackwardSteps += batch;
        var layout = env.Layout;
        int s = layout.StateSize, t = layout.TangentSize, o = env.Spec.Observation.Size, a = env.Range.Size;
        Tensor toState = torch.zeros([batch, s], torch.ScalarType.Float64), toAction = torch.zeros([batch, a], torch.ScalarType.Float64);
        Span<double> dState = toState.Values<double>(), dAction = toAction.Values<double>();
        Span<double> dNext = Values(gradients[0]), dObservation = Values(gradients[1]), dReward = Values(gradients[2]);
        var tangent = new double[t];
        var sums = new double[env.Inputs];
        for (int row = 0; row < batch; row++)
        {
            if (jacobians[row] is not { } jacobian) continue;
            Array.Clear(sums);
            if (!dNext.IsEmpty)
            {
                layout.ToTangent(nexts.AsSpan(row * s, s), dNext.Slice(row * s, s), tangent);
                Contraction.Add(jacobian, 0, tangent, sums);
            }
            if (!dObservation.IsEmpty) Contraction.Add(jacobian, t, dObservation.Slice(row * o, o), sums);
            if (!dReward.IsEmpty) Contraction.Add(jacobian, t + o, dReward.Slice(row, 1), sums);
            layout.ToComponents(states.AsSpan(row * s, s), sums.AsSpan(0, t), dState.Slice(row * s, s));
            sums.AsSpan(t).CopyTo(dAction[(row * a)..]);
        }
        return [toState, toAction];
    }

    internal static Span<double> Values(Tensor? gradient) => gradient is null ? default : gradient.Values<double>();
}
