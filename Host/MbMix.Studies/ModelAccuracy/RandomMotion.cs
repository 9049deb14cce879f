namespace MbMix.Studies.ModelAccuracy;

/// <summary>Trajectories of an environment under smooth random actions, the same for everybody with the same seed.</summary>
internal sealed class RandomMotion
{
    private RandomMotion(Tensor[] states, Tensor[] actions, Tensor[] next, RolloutFlags flags)
    {
        (States, Actions, Next, Flags) = (states, actions, next, flags);
    }

    /// <summary>States before each step, <c>[B, S]</c>.</summary>
    public Tensor[] States { get; }

    /// <summary>Actions, of the state's type, <c>[B, A]</c>.</summary>
    public Tensor[] Actions { get; }

    /// <summary>States after each step, before any reset, <c>[B, S]</c>.</summary>
    public Tensor[] Next { get; }

    public RolloutFlags Flags { get; }

    /// <summary>Rolls; the tensors are in the caller's scope.</summary>
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
            // an autoregressive process of unit variance
            level = (level * smoothness) + (random.NormalTensor(t, lanes, spec.Action.Size) * Math.Sqrt(1 - (smoothness * smoothness)));
            var action = bounds.Scale(torch.tanh(level));
            var step = envs.Step(action);
            flags.Record(t, envs);
            (states[t], actions[t], next[t]) = (step.State.clone(), action.to(spec.StateType), step.NextState.clone());
        }
        envs.EndWindow();
        return new RandomMotion(states, actions, next, flags);
    }
}
