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

    public (T[] Next, T[] Observation, T[] Reward, byte[] Terminated, int[] Fault, T[] Tape) Forward(int batch, T[] state, T[] action, IWorkers? workers = null)
    {
        var l = engine.Layout;
        var (next, observation, reward, terminated, fault) = (new T[batch * l.StateSize], new T[batch * l.ObservationSize], new T[batch], new byte[batch], new int[batch]);
        var tape = new T[engine.TapeLength(batch)];
        fixed (T* s = state, a = action, n = next, o = observation, r = reward, t = tape)
        fixed (byte* e = terminated)
        fixed (int* f = fault)
        {
            engine.Forward(batch, s, a, n, o, r, e, f, t, workers);
        }
        return (next, observation, reward, terminated, fault, tape);
    }

    public (T[] State, T[] Action) Backward(int batch, T[] tape, T[]? next, T[]? observation, T[]? reward, IWorkers? workers = null)
    {
        var (state, action) = (new T[batch * engine.Layout.StateSize], new T[batch * engine.Layout.ActionSize]);
        fixed (T* t = tape, n = next, o = observation, r = reward, s = state, a = action) engine.Backward(batch, t, n, o, r, s, a, workers);
        return (state, action);
    }

    /// <summary>The sum of the rewards of a rollout, and its gradient with respect to start state and every action.</summary>
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
        var cotangent = new T[state.Length];
        var ones = new T[batch];
        Array.Fill(ones, T.One);
        var toActions = new T[actions.Length][];
        for (int t = actions.Length - 1; t >= 0; t--) (cotangent, toActions[t]) = Backward(batch, tapes[t], cotangent, null, ones);
        return (sum, cotangent, toActions);
    }
}
