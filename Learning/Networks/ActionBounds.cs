namespace MbMix.Learning;

/// <summary>
/// Maps the range [-1, 1] of a squashed action to the environment's action bounds. It costs nothing if the bounds are
/// [-1, 1].
/// </summary>
public sealed class ActionBounds : IDisposable
{
    private readonly float[] middle;
    private readonly float[] half;
    private readonly Tensor? middleTensor;
    private readonly Tensor? halfTensor;

    /// <summary>Takes the bounds from an action space.</summary>
    /// <param name="action">The environment's action space; all bounds must be finite.</param>
    public ActionBounds(SpaceSpec action)
    {
        foreach (var d in action.Dimensions)
        {
            if (!double.IsFinite(d.Low) || !double.IsFinite(d.High) || d.Low >= d.High)
            {
                throw new MbMixException(
                    $"Action '{d.Name}' has the bounds {d.Low} .. {d.High}; "
                    + "policies need finite ones with low below high.");
            }
        }
        middle = [.. action.Dimensions.Select(d => (float)((d.Low + d.High) / 2))];
        half = [.. action.Dimensions.Select(d => (float)((d.High - d.Low) / 2))];
        if (middle.All(m => m == 0) && half.All(h => h == 1)) return;
        middleTensor = TensorSpans.From(middle, middle.Length).DetachFromDisposeScope();
        halfTensor = TensorSpans.From(half, half.Length).DetachFromDisposeScope();
    }

    /// <summary>Scales squashed actions to the bounds.</summary>
    /// <param name="unit">Squashed actions in [-1, 1], <c>[B, A]</c>.</param>
    /// <returns>The environment's actions, <c>[B, A]</c>; the same tensor if there is nothing to scale.</returns>
    public Tensor Scale(Tensor unit) => middleTensor is null ? unit : unit * halfTensor! + middleTensor;

    /// <summary>Scales one squashed action to the bounds, in place.</summary>
    /// <param name="action">A values in [-1, 1].</param>
    public void Scale(Span<float> action)
    {
        for (int i = 0; i < action.Length; i++) action[i] = middle[i] + half[i] * action[i];
    }

    /// <summary>Scales squashed actions in padded rows and writes them as dense rows.</summary>
    internal unsafe void Scale(int rows, float* unit, int width, float* action)
    {
        for (int r = 0; r < rows; r++, unit += width, action += middle.Length)
        {
            for (int i = 0; i < middle.Length; i++) action[i] = middle[i] + (half[i] * unit[i]);
        }
    }

    /// <summary>
    /// Turns the cotangents of actions, in padded rows, into those of the squashed actions, in place.
    /// </summary>
    internal unsafe void ScaleBackward(int rows, float* dAction, int width)
    {
        if (middleTensor is null) return;
        for (int r = 0; r < rows; r++, dAction += width)
        {
            for (int i = 0; i < half.Length; i++) dAction[i] *= half[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        middleTensor?.Dispose();
        halfTensor?.Dispose();
    }
}
