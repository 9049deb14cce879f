using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MbMix.Simulation;

/// <summary>
/// A batched control step as an autograd node. Its inputs are state and action, its outputs next state, observation and
/// reward.
/// </summary>
internal sealed unsafe class TracedStepFunction<T>(TracedEnv<T> env, int batch) : CustomFunction
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Tensor Terminated { get; private set; } = null!;

    public Tensor Fault { get; private set; } = null!;

    /// <summary>Runs only the forward pass and returns its tape and the next state; the caller owns both.</summary>
    public (Tensor Tape, Tensor NextState) Record(Tensor state, Tensor action)
    {
        var tape = torch.empty(env.Engine.TapeLength(batch), env.Spec.StateType);
        var outputs = Compute(state, action, tape);
        outputs[1].Dispose();
        outputs[2].Dispose();
        Terminated.Dispose();
        Fault.Dispose();
        return (tape, outputs[0]);
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        if (!keep) return Compute(inputs[0], inputs[1], null);
        var tape = torch.empty(env.Engine.TapeLength(batch), env.Spec.StateType);
        var outputs = Compute(inputs[0], inputs[1], tape);
        Keep(tape);
        return outputs;
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        long start = Stopwatch.GetTimestamp();
        var type = env.Spec.StateType;
        var dState = torch.empty([batch, env.Spec.State.Size], type);
        var dAction = torch.empty([batch, env.Spec.Action.Size], type);
        fixed (T* tape = kept[0].Values<T>(), dNextState = TracedEnv<T>.SpanOf(gradients[0]))
        fixed (T* dObservation = TracedEnv<T>.SpanOf(gradients[1]), dReward = TracedEnv<T>.SpanOf(gradients[2]))
        fixed (T* ds = dState.Values<T>(), da = dAction.Values<T>())
        {
            env.Engine.Backward(batch, tape, dNextState, dObservation, dReward, ds, da, env.Workers);
        }
        env.Costs.BackwardSteps += batch;
        env.Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [dState, dAction];
    }

    private Tensor[] Compute(Tensor state, Tensor action, Tensor? tape)
    {
        var (spec, type) = (env.Spec, env.Spec.StateType);
        Tensor s = state.is_contiguous() ? state : state.contiguous();
        Tensor a = action.is_contiguous() ? action : action.contiguous();
        Tensor next = torch.empty([batch, spec.State.Size], type);
        Tensor observation = torch.empty([batch, spec.Observation.Size], type), reward = torch.empty(batch, type);
        Terminated = torch.empty(batch, torch.ScalarType.Bool);
        Fault = torch.empty(batch, torch.ScalarType.Int32);
        fixed (T* ps = s.Values<T>(), pa = a.Values<T>(), pt = TracedEnv<T>.SpanOf(tape))
        fixed (T* pn = next.Values<T>(), po = observation.Values<T>(), pr = reward.Values<T>())
        fixed (byte* ended = MemoryMarshal.AsBytes(Terminated.bytes))
        fixed (int* fault = Fault.Values<int>())
        {
            env.Engine.Forward(batch, ps, pa, pn, po, pr, ended, fault, pt, env.Workers);
        }
        if (!ReferenceEquals(s, state)) s.Dispose();
        if (!ReferenceEquals(a, action)) a.Dispose();
        env.Costs.ForwardSteps += batch;
        return [next, observation, reward];
    }
}
