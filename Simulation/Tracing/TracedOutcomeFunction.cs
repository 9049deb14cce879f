using System.Numerics;
using System.Runtime.InteropServices;

namespace MbMix.Simulation;

/// <summary>
/// Observation and reward of given transitions as an autograd node. Its inputs are state, action and next state.
/// </summary>
internal sealed unsafe class TracedOutcomeFunction<T>(TracedEnv<T> env, int batch) : CustomFunction
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Tensor Terminated { get; private set; } = null!;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var (spec, type) = (env.Spec, env.Spec.StateType);
        Tensor s = Plain(inputs[0]), a = Plain(inputs[1]), n = Plain(inputs[2]);
        Tensor observation = torch.empty([batch, spec.Observation.Size], type), reward = torch.empty(batch, type);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        using var fault = torch.empty(batch, torch.ScalarType.Int32);
        fixed (T* ps = s.Values<T>(), pa = a.Values<T>(), pn = n.Values<T>())
        fixed (T* po = observation.Values<T>(), pr = reward.Values<T>())
        fixed (byte* ended = MemoryMarshal.AsBytes(Terminated.bytes))
        fixed (int* pf = fault.Values<int>())
        {
            env.Engine.Outcome(batch, ps, pa, pn, po, pr, ended, pf);
        }
        if (keep)
        {
            Keep(s, a, n);
        }
        else
        {
            s.Dispose();
            a.Dispose();
            n.Dispose();
        }
        return [observation, reward];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        Tensor dState = torch.empty_like(kept[0]), dAction = torch.empty_like(kept[1]), dNext = torch.empty_like(
            kept[2]);
        fixed (T* ps = kept[0].Values<T>(), pa = kept[1].Values<T>(), pn = kept[2].Values<T>())
        fixed (T* dObservation = TracedEnv<T>.SpanOf(gradients[0]), dReward = TracedEnv<T>.SpanOf(gradients[1]))
        fixed (T* ds = dState.Values<T>(), da = dAction.Values<T>(), dn = dNext.Values<T>())
        {
            env.Engine.OutcomeBackward(batch, ps, pa, pn, dObservation, dReward, ds, da, dn);
        }
        return [dState, dAction, dNext];
    }

    private static Tensor Plain(Tensor input)
    {
        using var data = input.detach();
        return data.contiguous();
    }
}
