namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// MuJoCo's tangent coordinates. A quaternion (w first) is turned by a rotation vector in its own frame, <c>q
/// exp(w)</c>; all other components are added. The linear velocity that MuJoCo uses for a free body is already that of
/// the body's origin, so it needs no conversion.
/// </summary>
internal sealed class MuJoCoChart(StateLayout layout, TaskTraits traits, SpaceSpec state) : IStateExchange
{
    // keeps square roots differentiable at 0 without changing any other value
    private const double Tiny = 1e-30;

    public int TangentSize => layout.TangentSize;

    public int FeatureSize => layout.StateSize - traits.Invariant.Length;

    /// <summary>
    /// The state with angular velocities in world axes (for a ball joint, in the parent's axes) instead of the body's
    /// own.
    /// </summary>
    public SpaceSpec Exchange { get; } = new([.. state.Dimensions.Select(InWorldAxes)]);

    public Tensor Features(Tensor state)
    {
        using var scope = torch.NewDisposeScope();
        var parts = new List<Tensor>();
        int end = layout.StateSize - layout.Carried;
        for (int i = 0, from = 0; from < end; i++)
        {
            int to = i < traits.Invariant.Length ? traits.Invariant[i] : end;
            if (to > from) parts.Add(state.narrow(1, from, to - from));
            from = to + 1;
        }
        // a carried position, relative to the invariant coordinate that it is along
        for (int i = 0; i < layout.Carried; i++)
            parts.Add(state.narrow(1, end + i, 1) - state.narrow(1, traits.Carried[i].Along, 1));
        // of a single part, cat may return a view
        return torch.cat([.. parts], 1).contiguous().MoveToOuterDisposeScope();
    }

    public Tensor Difference(Tensor from, Tensor to)
    {
        using var scope = torch.NewDisposeScope();
        var parts = new List<Tensor>();
        int at = 0;
        void Flat(int end)
        {
            if (end > at) parts.Add(to.narrow(1, at, end - at) - from.narrow(1, at, end - at));
            at = end;
        }
        foreach (var (q, _) in layout.Quaternions)
        {
            Flat(q);
            parts.Add(Log(Multiply(Conjugate(from.narrow(1, q, 4)), to.narrow(1, q, 4))));
            at = q + 4;
        }
        Flat(layout.StateSize);
        return torch.cat([.. parts], 1).MoveToOuterDisposeScope();
    }

    public Tensor Integrate(Tensor state, Tensor tangent)
    {
        using var scope = torch.NewDisposeScope();
        var parts = new List<Tensor>();
        int at = 0, t = 0;
        void Flat(int end)
        {
            if (end > at) parts.Add(state.narrow(1, at, end - at) + tangent.narrow(1, t, end - at));
            (t, at) = (t + end - at, end);
        }
        foreach (var (q, _) in layout.Quaternions)
        {
            Flat(q);
            parts.Add(Multiply(state.narrow(1, q, 4), Exp(tangent.narrow(1, t, 3))));
            (t, at) = (t + 3, q + 4);
        }
        Flat(layout.StateSize);
        return torch.cat([.. parts], 1).MoveToOuterDisposeScope();
    }

    public Tensor ToExchange(Tensor state) => TurnVelocities(state, q => q);

    public Tensor FromExchange(Tensor exchange) => TurnVelocities(exchange, Conjugate);

    private static Dimension InWorldAxes(Dimension dimension) =>
        dimension with { Name = dimension.Name.Replace(Spaces.OwnFrame, "", StringComparison.Ordinal) };

    private Tensor TurnVelocities(Tensor state, Func<Tensor, Tensor> by)
    {
        using var scope = torch.NewDisposeScope();
        var parts = new List<Tensor>();
        int at = 0;
        foreach (var (q, v) in layout.JointQuaternions)
        {
            int velocity = layout.Positions + v;
            parts.Add(state.narrow(1, at, velocity - at));
            var angular = state.narrow(1, velocity, 3);
            var turn = by(state.narrow(1, q, 4));
            var pure = torch.cat([torch.zeros_like(angular.narrow(1, 0, 1)), angular], 1);
            parts.Add(Multiply(Multiply(turn, pure), Conjugate(turn)).narrow(1, 1, 3));
            at = velocity + 3;
        }
        parts.Add(state.narrow(1, at, layout.StateSize - at));
        return torch.cat([.. parts], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Exp(Tensor rotation)
    {
        var angle = (rotation.square().sum(1, keepdim: true) + Tiny).sqrt();
        return torch.cat([(angle / 2).cos(), rotation * ((angle / 2).sin() / angle)], 1);
    }

    private static Tensor Log(Tensor q)
    {
        // q and -q are the same rotation: take the one that turns by at most half a turn
        var sign = torch.where(q.narrow(1, 0, 1).detach() < 0, -1.0, 1.0).to(q.dtype);
        Tensor w = q.narrow(1, 0, 1) * sign, v = q.narrow(1, 1, 3) * sign;
        var length = (v.square().sum(1, keepdim: true) + Tiny).sqrt();
        return v * (2 * torch.atan2(length, w) / length);
    }

    private static Tensor Conjugate(Tensor q) => torch.cat([q.narrow(1, 0, 1), -q.narrow(1, 1, 3)], 1);

    private static Tensor Multiply(Tensor p, Tensor q)
    {
        Tensor a = p.narrow(1, 0, 1), b = q.narrow(1, 0, 1), u = p.narrow(1, 1, 3), v = q.narrow(1, 1, 3);
        var real = (a * b) - (u * v).sum(1, keepdim: true);
        return torch.cat([real, (a * v) + (b * u) + torch.linalg.cross(u, v, 1)], 1);
    }
}
