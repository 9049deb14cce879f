using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Observation and reward of given transitions as an autograd node: inputs state, action, next state. The task's formulas are cheap next to
/// a simulation step, so their differences are taken one component at a time.
/// </summary>
internal sealed class OutcomeFunction(MuJoCoEnv env, int batch) : CustomFunction
{
    private double[][] numbers = [];

    public Tensor Terminated { get; private set; } = null!;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        double[][] rows = [MuJoCoEnv.Copy(inputs[0]), MuJoCoEnv.Copy(inputs[1]), MuJoCoEnv.Copy(inputs[2])];
        int o = env.Spec.Observation.Size;
        Tensor observation = torch.empty([batch, o], torch.ScalarType.Float64), reward = torch.empty(batch, torch.ScalarType.Float64);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        Span<double> observations = observation.Values<double>(), rewards = reward.Values<double>();
        var ends = Terminated.Values<bool>();
        for (int row = 0; row < batch; row++)
        {
            var (s, a, n) = Row(rows, row);
            (rewards[row], ends[row]) = Evaluate(s, a, n, observations.Slice(row * o, o));
        }
        if (keep) numbers = rows;
        return [observation, reward];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        Span<double> dObservation = StepFunction.Values(gradients[0]), dReward = StepFunction.Values(gradients[1]);
        int o = env.Spec.Observation.Size;
        double[] high = new double[o], low = new double[o];
        var results = new Tensor?[numbers.Length];
        for (int input = 0; input < numbers.Length; input++)
        {
            if (!Wanted(input)) continue;
            int size = numbers[input].Length / batch;
            results[input] = torch.zeros([batch, size], torch.ScalarType.Float64);
            var values = results[input]!.Values<double>();
            for (int row = 0; row < batch; row++)
            {
                var dObs = dObservation.IsEmpty ? default : dObservation.Slice(row * o, o);
                for (int i = 0; i < size; i++)
                    values[(row * size) + i] = Product(row, ref numbers[input][(row * size) + i], input == 1 ? i : -1, dObs, dReward.IsEmpty ? 0 : dReward[row], high, low);
            }
        }
        return results;
    }

    // cotangent times the difference along one component
    private double Product(int row, ref double component, int action, ReadOnlySpan<double> dObservation, double dReward, double[] high, double[] low)
    {
        double at = component, above = at + env.Epsilon, below = at - env.Epsilon;
        if (action >= 0)
        {
            if (env.Range.IsOutside(action, at)) return 0;
            (above, below) = (Math.Min(above, env.Range.High[action]), Math.Max(below, env.Range.Low[action]));
        }
        component = above;
        var (s, a, n) = Row(numbers, row);
        double rewardAbove = Evaluate(s, a, n, high).Reward;
        component = below;
        double rewardBelow = Evaluate(s, a, n, low).Reward;
        component = at;
        double sum = dReward == 0 ? 0 : dReward * (rewardAbove - rewardBelow);
        for (int i = 0; i < dObservation.Length; i++)
        {
            if (dObservation[i] != 0) sum += dObservation[i] * (high[i] - low[i]);
        }
        return sum / (above - below);
    }

    private (double Reward, bool Terminated) Evaluate(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> next, Span<double> observation)
    {
        var layout = env.Layout;
        Span<double> clipped = stackalloc double[action.Length];
        env.Range.Clip(action, clipped);
        var before = new Moment(layout.Qpos(state), layout.Qvel(state), layout.CarriedOf(state), default, null);
        var after = new Moment(layout.Qpos(next), layout.Qvel(next), layout.CarriedOf(next), clipped, null);
        env.Task.Observe(after, observation);
        return env.Task.Judge(before, clipped, after);
    }

    private RowOf Row(double[][] rows, int row)
    {
        int s = env.Layout.StateSize, a = env.Range.Size;
        return new RowOf(rows[0].AsSpan(row * s, s), rows[1].AsSpan(row * a, a), rows[2].AsSpan(row * s, s));
    }

    private readonly ref struct RowOf(ReadOnlySpan<double> state, ReadOnlySpan<double> action, ReadOnlySpan<double> next)
    {
        private readonly ReadOnlySpan<double> state = state;
        private readonly ReadOnlySpan<double> action = action;
        private readonly ReadOnlySpan<double> next = next;

        public void Deconstruct(out ReadOnlySpan<double> state, out ReadOnlySpan<double> action, out ReadOnlySpan<double> next)
        {
            state = this.state;
            action = this.action;
            next = this.next;
        }
    }
}
