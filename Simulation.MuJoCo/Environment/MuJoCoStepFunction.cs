using System.Diagnostics;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// A batched control step as an autograd node. Its inputs are the state <c>[B, S]</c> and the action <c>[B, A]</c>, its
/// outputs the next state <c>[B, S]</c>, the observation <c>[B, O]</c> and the reward <c>[B]</c>.
/// </summary>
internal sealed class MuJoCoStepFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    // Numbers of the call. The Jacobians are computed when a backward pass first needs them, and kept for further
    // passes.
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
        Tensor next = torch.empty([batch, env.Spec.State.Size], type);
        Tensor observation = torch.empty([batch, env.Spec.Observation.Size], type);
        Tensor reward = torch.empty(batch, type);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        Fault = torch.empty(batch, torch.ScalarType.Int32);
        env.Forward(
            batch,
            s,
            a,
            next.Values<double>(),
            observation.Values<double>(),
            reward.Values<double>(),
            Terminated.Values<bool>(),
            Fault.Values<int>());
        if (keep)
            (states, actions, nexts, faults) = (s, a, next.Values<double>().ToArray(), Fault.Values<int>().ToArray());
        return [next, observation, reward];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        long start = Stopwatch.GetTimestamp();
        jacobians ??= env.Difference(batch, states, actions, faults);
        Tensor toState = torch.zeros([batch, env.Layout.StateSize], torch.ScalarType.Float64);
        Tensor toAction = torch.zeros([batch, env.Range.Size], torch.ScalarType.Float64);
        Span<double> dState = toState.Values<double>(), dAction = toAction.Values<double>();
        Span<double> dNext = Values(gradients[0]), dObservation = Values(gradients[1]), dReward = Values(gradients[2]);
        env.PullBack(states, nexts, jacobians, dNext, dObservation, dReward, dState, dAction);
        env.Costs.BackwardSteps += batch;
        env.Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [toState, toAction];
    }

    internal static Span<double> Values(Tensor? gradient) => gradient is null ? default : gradient.Values<double>();
}
