namespace MbMix.TestKit;

/// <summary>States and actions of an environment to check it at.</summary>
public static class Probes
{
    /// <summary>Start states <c>[n, S]</c> of the first episodes of n lanes.</summary>
    public static Tensor Starts(IDifferentiableEnv env, int lanes, long seed) => env.Reset(Keys(lanes, seed));

    /// <summary>The first episodes of n lanes.</summary>
    public static LaneKey[] Keys(int lanes, long seed) =>
        [.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(seed, lane, 0))];

    /// <summary>
    /// Actions <c>[B, A]</c> of the environment's type that correspond to values in [-1, 1]: -1 is the lower bound, 1
    /// the upper one.
    /// </summary>
    /// <param name="env">The environment.</param>
    /// <param name="unit">Values <c>[B, A]</c>.</param>
    public static Tensor Scale(IDifferentiableEnv env, Tensor unit)
    {
        using var scope = torch.NewDisposeScope();
        var (low, high) = Bounds(env);
        var type = env.Spec.StateType;
        var scaled = ((high + low) / 2) + (unit.to(torch.ScalarType.Float64) * (high - low) / 2);
        return scaled.to(type).MoveToOuterDisposeScope();
    }

    /// <summary>The bounds of the action, float64 <c>[A]</c> each.</summary>
    public static (Tensor Low, Tensor High) Bounds(IDifferentiableEnv env)
    {
        var actions = env.Spec.Action.Dimensions;
        double[] low = [.. actions.Select(d => d.Low)], high = [.. actions.Select(d => d.High)];
        return (torch.tensor(low), torch.tensor(high));
    }

    /// <summary>States <c>[B, S]</c> in the middle of a motion, and the actions <c>[B, A]</c> that led there.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="lanes">Lanes B.</param>
    /// <param name="steps">Control steps, all with the same action.</param>
    /// <param name="seed">Seed of start states.</param>
    public static (Tensor State, Tensor Action) Moving(IDifferentiableEnv env, int lanes, int steps, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var uniform = new CounterRandom(3, "actions").UniformTensor(0, lanes, env.Spec.Action.Size);
        var (state, action) = (Starts(env, lanes, seed), Scale(env, (uniform * 2) - 1));
        for (int t = 0; t < steps; t++) state = env.Step(state, action).NextState;
        return (state.MoveToOuterDisposeScope(), action.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// States <c>[B, S]</c> after some steps of random actions, more in some lanes than in others: in the air, landing,
    /// lying. Start states are not among them, because a joint may start exactly at its limit, and at such a corner
    /// differences agree with themselves on the mean of both sides.
    /// </summary>
    /// <param name="env">The environment.</param>
    /// <param name="lanes">Lanes B.</param>
    /// <param name="steps">Most steps that a lane takes.</param>
    /// <param name="random">Draws the actions.</param>
    public static Tensor Various(IDifferentiableEnv env, int lanes, int steps, Random random)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var state = Starts(env, lanes, 1);
        var last = torch.arange(lanes) % 5 * 12;
        for (int t = 0; t < steps; t++)
        {
            var action = Scale(env, Uniform(random, lanes, env.Spec.Action.Size, 1));
            var step = env.Step(state, action);
            var goesOn = (last >= t) & (step.Fault == FaultCode.None);
            state = torch.where(goesOn.unsqueeze(1), step.NextState, state);
        }
        return state.MoveToOuterDisposeScope();
    }

    /// <summary>Uniform numbers in [-bound, bound], float64 <c>[rows, columns]</c>.</summary>
    public static Tensor Uniform(Random random, int rows, int columns, double bound)
    {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++) values[i] = ((random.NextDouble() * 2) - 1) * bound;
        return torch.tensor(values, [rows, columns]);
    }
}
