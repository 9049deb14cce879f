namespace MbMix.Simulation;

/// <summary>A view of an environment that is computed for one state after the other.</summary>
/// <param name="scene">What there is.</param>
/// <param name="activates">Whether the view knows how active its lines are.</param>
public abstract class LaneSceneView(Scene scene, bool activates = false) : ISceneView
{
    /// <inheritdoc/>
    public Scene Scene { get; } = scene;

    /// <inheritdoc/>
    public virtual int FramesPerStep => 1;

    private int FreePoints { get; } = scene.Points.Count(p => p.Body is null);

    /// <inheritdoc/>
    public SceneFrame Pose(Tensor state, Tensor lastAction)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(lastAction);
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int batch = (int)state.shape[0], s = (int)state.shape[1], a = (int)lastAction.shape[1];
        var states = state.detach().to(torch.ScalarType.Float64).contiguous().Values<double>();
        var actions = lastAction.detach().to(torch.ScalarType.Float64).contiguous().Values<double>();
        int n = Scene.Bodies.Count, points = Scene.Points.Count, lines = Scene.Lines.Count;
        var bodies = torch.zeros([batch, n, 7], torch.ScalarType.Float64);
        var free = torch.zeros([batch, FreePoints, 3], torch.ScalarType.Float64);
        var touching = torch.zeros([batch, points], torch.ScalarType.Bool);
        var activity = activates ? torch.zeros([batch, lines], torch.ScalarType.Float64) : null;
        for (int i = 0; i < batch; i++)
        {
            var pose = new LanePose(
                n == 0 ? [] : bodies.Values<double>().Slice(7 * n * i, 7 * n),
                FreePoints == 0 ? [] : free.Values<double>().Slice(3 * FreePoints * i, 3 * FreePoints),
                points == 0 ? [] : touching.Values<bool>().Slice(points * i, points),
                activity is null || lines == 0 ? [] : activity.Values<double>().Slice(lines * i, lines));
            for (int body = 0; body < n; body++) pose.Turn(body, 0, 0, 0, 1);
            Pose(states.Slice(i * s, s), actions.Slice(i * a, a), pose);
        }
        return new SceneFrame(
            bodies.MoveToOuterDisposeScope(),
            free.MoveToOuterDisposeScope(),
            touching.MoveToOuterDisposeScope(),
            activity?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Between(Tensor state, Tensor action)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(action);
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        float[] Plain(Tensor x) => x.detach().to(torch.ScalarType.Float32).contiguous().Values<float>().ToArray();
        return torch.tensor(Between(Plain(state), Plain(action)), [FramesPerStep - 1, state.shape[1]])
            .to(state.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the states to be shown within a step; called only if there are any.</summary>
    /// <param name="state">State before the step, S values.</param>
    /// <param name="action">Action of the step, A values.</param>
    /// <returns>S values for each of the <see cref="FramesPerStep"/> - 1 states.</returns>
    protected virtual float[] Between(float[] state, float[] action) => [];

    /// <summary>Computes where everything is in one lane.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="lastAction">The action that led to it, A values; zero after a reset.</param>
    /// <param name="pose">Receives the poses.</param>
    protected abstract void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose);
}
