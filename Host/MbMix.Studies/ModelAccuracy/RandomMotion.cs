namespace MbMix.Studies.ModelAccuracy;

/// <summary>
/// Trajectories of an environment under smooth random actions; the same seed gives the same trajectories.
/// </summary>
internal sealed class RandomMotion
{
    private RandomMotion(Tensor[] states, Tensor[] actions, Tensor[] next, RolloutFlags flags)
    {
        (States, Actions, Next, Flags) = (states, actions, next, flags);
    }

    /// <summary>State before each step, <c>[B, S]</c>.</summary>
    public Tensor[] States { get; }

    /// <summary>Action of each step, <c>[B, A]</c>, of the state's type.</summary>
    public Tensor[] Actions { get; }

    /// <summary>State after each step, before any reset, <c>[B, S]</c>.</summary>
    public Tensor[] Next { get; }

    public RolloutFlags Flags { get; }

    /// <summary>Rolls the trajectories; the tensors belong to the caller's dispose scope.</summary>
    public static RandomMotion Roll(IDifferentiableEnv env, int lanes, int steps, double smoothness, long seed)
    {
        using var quiet = torch.no_grad();
        var spec = env.Spec;
        using var envs = new VectorEnv(env, lanes, seed);
        using var bounds = new ActionBounds(spec.Action);
        var random = new CounterRandom(seed, "study/actions");
        var flags = new RolloutFlags(steps, lanes);
        Tensor[] states = new Tensor[steps], actions = new Tensor[steps], next = new Tensor[steps];
        var level = random.NormalTensor(-1, lanes, spec.Action.Size);
        envs.BeginWindow();
        for (int t = 0; t < steps; t++)
        {
            // a first-order autoregressive process with unit variance
            var noise = random.NormalTensor(t, lanes, spec.Action.Size) * Math.Sqrt(1 - (smoothness * smoothness));
            level = (level * smoothness) + noise;
            var action = bounds.Scale(torch.tanh(level));
            var step = envs.Step(action);
            flags.Record(t, envs);
            (states[t], actions[t], next[t]) = (step.State.clone(), action.to(spec.StateType), step.NextState.clone());
        }
        envs.EndWindow();
        return new RandomMotion(states, actions, next, flags);
    }
}
