using System.Numerics;
using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>Control steps on managed arrays, so that tests need no pointers.</summary>
internal sealed unsafe class Engines<T>(ITracedDynamics dynamics, KernelOptions? options = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ControlStepEngine<T> engine = new(dynamics, options);

    public int Lanes => engine.Lanes;

    public (T[] Next, T[] Observation, T[] Reward, byte[] Terminated, int[] Fault, T[] Tape) Forward(
        int batch, T[] state, T[] action, IWorkers? workers = null)
    {
        var l = engine.Layout;
        var (next, observation, reward) = (new T[batch * l.StateSize], new T[batch * l.ObservationSize], new T[batch]);
        var (terminated, fault) = (new byte[batch], new int[batch]);
        var tape = new T[engine.TapeLength(batch)];
        fixed (T* s = state, a = action, n = next, o = observation, r = reward, t = tape)
        fixed (byte* e = terminated)
        fixed (int* f = fault)
        {
            engine.Forward(batch, s, a, n, o, r, e, f, t, workers);
        }
        return (next, observation, reward, terminated, fault, tape);
    }

    public (T[] dState, T[] dAction) Backward(
        int batch, T[] tape, T[]? dNext, T[]? dObservation, T[]? dReward, IWorkers? workers = null)
    {
        var (dState, dAction) = (new T[batch * engine.Layout.StateSize], new T[batch * engine.Layout.ActionSize]);
        fixed (T* t = tape, dn = dNext, dob = dObservation, dr = dReward, ds = dState, da = dAction)
        {
            engine.Backward(batch, t, dn, dob, dr, ds, da, workers);
        }
        return (dState, dAction);
    }

    /// <summary>
    /// The sum of the rewards of a rollout, and its gradient with respect to the start state and every action.
    /// </summary>
    public (double Return, T[] State, T[][] Actions) Gradient(int batch, T[] state, T[][] actions)
    {
        var tapes = new T[actions.Length][];
        double sum = 0;
        for (int t = 0; t < actions.Length; t++)
        {
            var step = Forward(batch, state, actions[t]);
            (state, tapes[t]) = (step.Next, step.Tape);
            foreach (var r in step.Reward) sum += double.CreateTruncating(r);
        }
        var dState = new T[state.Length];
        var ones = new T[batch];
        Array.Fill(ones, T.One);
        var dActions = new T[actions.Length][];
        for (int t = actions.Length - 1; t >= 0; t--)
            (dState, dActions[t]) = Backward(batch, tapes[t], dState, null, ones);
        return (sum, dState, dActions);
    }
}
