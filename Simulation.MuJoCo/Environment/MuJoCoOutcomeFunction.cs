using System.Diagnostics;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// Observation <c>[B, O]</c> and reward <c>[B]</c> of given transitions as an autograd node. Its inputs are the state
/// <c>[B, S]</c>, the action <c>[B, A]</c> and the next state <c>[B, S]</c>. The task's formulas are cheap compared
/// with a simulation step, so they are differenced one component at a time.
/// </summary>
internal sealed class MuJoCoOutcomeFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    // the inputs' numbers: states, actions, next states
    private double[][] numbers = [];

    public Tensor Terminated { get; private set; } = null!;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        double[][] values = [MuJoCoEnv.Copy(inputs[0]), MuJoCoEnv.Copy(inputs[1]), MuJoCoEnv.Copy(inputs[2])];
        int o = env.Spec.Observation.Size;
        Tensor observation = torch.empty([batch, o], torch.ScalarType.Float64);
        Tensor reward = torch.empty(batch, torch.ScalarType.Float64);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        Span<double> observations = observation.Values<double>(), rewards = reward.Values<double>();
        var ends = Terminated.Values<bool>();
        for (int lane = 0; lane < batch; lane++)
            (rewards[lane], ends[lane]) = EvaluateLane(values, lane, observations.Slice(lane * o, o));
        if (keep) numbers = values;
        return [observation, reward];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        long start = Stopwatch.GetTimestamp();
        Span<double> dObservation = MuJoCoStepFunction.Values(gradients[0]);
        Span<double> dReward = MuJoCoStepFunction.Values(gradients[1]);
        int o = env.Spec.Observation.Size;
        double[] high = new double[o], low = new double[o];
        var results = new Tensor?[numbers.Length];
        for (int input = 0; input < numbers.Length; input++)
        {
            if (!Wanted(input)) continue;
            int size = numbers[input].Length / batch;
            results[input] = torch.zeros([batch, size], torch.ScalarType.Float64);
            var dInput = results[input]!.Values<double>();
            for (int lane = 0; lane < batch; lane++)
            {
                var dLane = dObservation.IsEmpty ? default : dObservation.Slice(lane * o, o);
                double dLaneReward = dReward.IsEmpty ? 0 : dReward[lane];
                for (int i = 0; i < size; i++)
                    dInput[(lane * size) + i] = Product(lane, input, i, dLane, dLaneReward, high, low);
            }
        }
        env.Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return results;
    }

    // the cotangents times the difference along one component of an input
    private double Product(
        int lane, int input, int i, ReadOnlySpan<double> dObservation, double dReward, double[] high, double[] low)
    {
        ref double component = ref numbers[input][(lane * (numbers[input].Length / batch)) + i];
        double at = component, above = at + env.Epsilon, below = at - env.Epsilon;
        if (input == 1)
        {
            if (env.Range.IsOutside(i, at)) return 0;
            (above, below) = (Math.Min(above, env.Range.High[i]), Math.Max(below, env.Range.Low[i]));
        }
        component = above;
        double rewardAbove = EvaluateLane(numbers, lane, high).Reward;
        component = below;
        double rewardBelow = EvaluateLane(numbers, lane, low).Reward;
        component = at;
        double sum = dReward == 0 ? 0 : dReward * (rewardAbove - rewardBelow);
        for (int o = 0; o < dObservation.Length; o++)
        {
            if (dObservation[o] != 0) sum += dObservation[o] * (high[o] - low[o]);
        }
        return sum / (above - below);
    }

    private (double Reward, bool Terminated) EvaluateLane(double[][] values, int lane, Span<double> observation)
    {
        var layout = env.Layout;
        int s = layout.StateSize, a = env.Range.Size;
        ReadOnlySpan<double> state = values[0].AsSpan(lane * s, s), next = values[2].AsSpan(lane * s, s);
        Span<double> action = stackalloc double[a];
        env.Range.Clip(values[1].AsSpan(lane * a, a), action);
        var before = new TaskSnapshot(layout, state, lastAction: default, data: null);
        var after = new TaskSnapshot(layout, next, lastAction: action, data: null);
        env.Task.Observe(after, observation);
        return env.Task.Evaluate(before, action, after);
    }
}
