using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Looks at the steps of an environment for what is no mistake in a single one, but leaves nothing to learn: episodes
/// that all end with their first step, and rewards that float32 cannot tell apart. It warns once of each.
/// </summary>
internal sealed class EnvWatch
{
    private const int FirstSteps = 20;
    // beside such a reward, float32 loses everything below 8
    private const float Largest = 1e8f;

    private readonly Boundary boundary;
    private readonly ILogger logger;
    private readonly bool single;
    private int steps;
    private bool judged;
    private bool large;

    /// <summary>Begins to look.</summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="boundary">Names it in messages.</param>
    /// <param name="logger">Receives warnings.</param>
    public EnvWatch(EnvSpec spec, Boundary boundary, ILogger logger)
    {
        (this.boundary, this.logger) = (boundary, logger);
        single = spec.StateType == torch.ScalarType.Float32;
        if (spec.EpisodeLength > 1) return;
        judged = true;
        boundary.Warn(logger, "EpisodeLength in Spec", "1, so every episode ends with its first step,", "2 or more");
    }

    /// <summary>Looks at a step whose shapes and types are right.</summary>
    public void Look(in EnvStep step)
    {
        if (!judged) Ends(step.Terminated);
        if (!large) Sizes(step.Reward);
    }

    private void Ends(Tensor terminated)
    {
        judged = terminated.Values<bool>().Contains(false);
        if (judged || ++steps < FirstSteps) return;
        judged = true;
        boundary.Warn(
            logger, "termination of Step", $"true in every lane of the first {FirstSteps} steps",
            "episodes of more than one step");
    }

    private void Sizes(Tensor reward)
    {
        double largest = single ? LargestOf(reward.Values<float>()) : LargestOf(reward.Values<double>());
        if (largest <= Largest) return;
        large = true;
        boundary.Warn(
            logger, "reward of Step", TensorChecks.Text(largest),
            $"at most {TensorChecks.Text(Largest)}, because float32 loses smaller differences beside it");
    }

    // what is not finite is a fault, which is somebody else's matter
    private static double LargestOf(ReadOnlySpan<float> rewards)
    {
        float largest = 0;
        foreach (float r in rewards)
        {
            float size = Math.Abs(r);
            if (size > largest && size <= float.MaxValue) largest = size;
        }
        return largest;
    }

    private static double LargestOf(ReadOnlySpan<double> rewards)
    {
        double largest = 0;
        foreach (double r in rewards)
        {
            double size = Math.Abs(r);
            if (size > largest && size <= double.MaxValue) largest = size;
        }
        return largest;
    }
}
