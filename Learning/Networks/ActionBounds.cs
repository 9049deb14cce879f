namespace MbMix.Learning;

/// <summary>Maps the policy's range [-1, 1] to the environment's action bounds; free of cost where they are the same.</summary>
public sealed class ActionBounds : IDisposable
{
    private readonly float[] middle;
    private readonly float[] half;
    private readonly Tensor? middleTensor;
    private readonly Tensor? halfTensor;

    /// <summary>Takes the bounds from a specification.</summary>
    /// <param name="action">The environment's action space.</param>
    public ActionBounds(SpaceSpec action)
    {
        foreach (var d in action.Dimensions)
        {
            if (!double.IsFinite(d.Low) || !double.IsFinite(d.High) || d.Low >= d.High)
                throw new MbMixException($"Action '{d.Name}' has the bounds {d.Low} .. {d.High}; policies need finite ones with low below high.");
        }
        middle = [.. action.Dimensions.Select(d => (float)((d.Low + d.High) / 2))];
        half = [.. action.Dimensions.Select(d => (float)((d.High - d.Low) / 2))];
        if (middle.All(m => m == 0) && half.All(h => h == 1)) return;
        middleTensor = TensorSpans.From(middle, middle.Length).DetachFromDisposeScope();
        halfTensor = TensorSpans.From(half, half.Length).DetachFromDisposeScope();
    }

    /// <summary>Scales a squashed action to the bounds.</summary>
    /// <param name="unit">Values in [-1, 1], <c>[B, A]</c>.</param>
    /// <returns>The environment's action, <c>[B, A]</c>; the same tensor where nothing is to be done.</returns>
    public Tensor Scale(Tensor unit) => middleTensor is null ? unit : unit * halfTensor! + middleTensor;

    /// <summary>Scales a squashed action to the bounds in place.</summary>
    /// <param name="action">A values in [-1, 1].</param>
    public void Scale(Span<float> action)
    {
        for (int i = 0; i < action.Length; i++) action[i] = middle[i] + half[i] * action[i];
    }

    /// <summary>Scales squashed actions in padded rows to dense rows of actions.</summary>
    internal unsafe void Scale(int rows, float* unit, int width, float* action)
    {
        for (int r = 0; r < rows; r++, unit += width, action += middle.Length)
        {
            for (int i = 0; i < middle.Length; i++) action[i] = middle[i] + (half[i] * unit[i]);
        }
    }

    /// <summary>Pulls cotangents of actions, in padded rows, back to those of squashed actions in place.</summary>
    internal unsafe void ScaleBackward(int rows, float* gradient, int width)
    {
        if (middleTensor is null) return;
        for (int r = 0; r < rows; r++, gradient += width)
        {
            for (int i = 0; i < half.Length; i++) gradient[i] *= half[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        middleTensor?.Dispose();
        halfTensor?.Dispose();
    }
}
