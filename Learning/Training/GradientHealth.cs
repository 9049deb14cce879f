using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MbMix.Learning;

/// <summary>
/// Monitors the gradients of a policy that is trained through its actions: how they change along the window and from
/// one update to the next. It provides metrics, and logs a one-line warning with a remedy when something is going
/// wrong.
/// </summary>
/// <param name="logger">Receives the warnings.</param>
/// <param name="lanes">Number of lanes in a window.</param>
/// <param name="horizon">Number of steps in a window.</param>
public sealed class GradientHealth(ILogger logger, int lanes, int horizon) : ICheckpointed
{
    private const int Parts = 4;
    private const double Forget = 0.98;
    private const double Growth = 1e4;
    private const double Opposed = -0.5;
    private const double Still = 1e-10;
    private const double FaultShare = 0.01;

    // updates before the averages mean anything, and updates before the same warning is repeated
    private const int Patience = 20;
    private const int Pause = 500;

    private readonly double[] quarters = new double[Parts];
    private readonly long[] quietUntil = new long[Enum.GetValues<Trouble>().Length];
    private float[] previous = [];
    private double cosine = double.NaN;
    private double clippedShare;
    private double meanCosine;
    private double meanGrowth;
    private double meanNorm;
    private double faultShare;
    private long faultsSeen;
    private long updates;

    /// <summary>
    /// The metrics: the norm of the loss's gradient with respect to the actions in each quarter of the window, the
    /// cosine between this gradient and that of the previous update, and the share of clipped updates, averaged with a
    /// time constant of fifty updates.
    /// </summary>
    public IReadOnlyList<Metric> Metrics =>
    [
        new("gradient/actions-1", quarters[0]),
        new("gradient/actions-2", quarters[1]),
        new("gradient/actions-3", quarters[2]),
        new("gradient/actions-4", quarters[3]),
        new("gradient/cosine", cosine),
        new("gradient/clipped-share", updates == 0 ? double.NaN : clippedShare),
    ];

    /// <summary>Records the gradient before the optimizer uses it.</summary>
    /// <param name="gradient">The gradient of all parameters.</param>
    /// <param name="actions">
    /// For each step of the window, the norm of the loss's gradient with respect to the actions; empty if unknown.
    /// </param>
    public void Observe(ReadOnlySpan<float> gradient, ReadOnlySpan<double> actions)
    {
        Quarters(actions);
        cosine = previous.Length == gradient.Length ? Cosine(gradient, previous) : double.NaN;
        if (previous.Length != gradient.Length) previous = new float[gradient.Length];
        gradient.CopyTo(previous);
    }

    /// <summary>Records that this iteration had no gradient.</summary>
    /// <param name="faults">Number of lane faults since the start of training.</param>
    public void Nothing(long faults)
    {
        faultsSeen = faults;
        Array.Fill(quarters, double.NaN);
        cosine = double.NaN;
    }

    /// <summary>Records the outcome of the update, and logs a warning if something is going wrong.</summary>
    /// <param name="update">Outcome of the optimizer step.</param>
    /// <param name="faults">Number of lane faults since the start of training.</param>
    public void Judge(UpdateReport update, long faults)
    {
        updates++;
        double newShare = (faults - faultsSeen) / (double)(lanes * horizon);
        faultsSeen = faults;
        Blend(ref faultShare, newShare);
        Blend(ref clippedShare, update.Clipped ? 1 : 0);
        // the first update has no cosine
        if (double.IsFinite(cosine))
            meanCosine += (cosine - meanCosine) * Math.Max(1 - Forget, 1.0 / Math.Max(1, updates - 1));
        if (double.IsFinite(update.GradientNorm)) Blend(ref meanNorm, update.GradientNorm);
        double growth = quarters[0] / quarters[^1];
        if (double.IsFinite(growth) && growth > 0) Blend(ref meanGrowth, Math.Log10(growth));
        if (update.Skipped)
        {
            Warn(
                Trouble.NotFinite,
                "the gradient is not finite, so the update was skipped: somewhere in the window the dynamics have no "
                + "usable derivative. Try a shorter horizon.");
            return;
        }
        if (updates < Patience) return;
        var culture = CultureInfo.InvariantCulture;
        if (faultShare > FaultShare)
        {
            string share = faultShare.ToString("P1", culture);
            Warn(
                Trouble.Faults,
                $"{share} of the environment steps are invalid: the policy drives the simulator into states where it "
                + "fails. Try a smaller learning rate.");
        }
        else if (meanGrowth > Math.Log10(Growth))
        {
            string times = Math.Pow(10, meanGrowth).ToString("g2", culture);
            Warn(
                Trouble.Growth,
                $"gradients grow {times} times from the end of the window to its start, so after clipping only the "
                + "first actions count. Try a shorter horizon or a smaller lambda.");
        }
        else if (meanCosine < Opposed)
        {
            string mean = meanCosine.ToString("0.00", culture);
            Warn(
                Trouble.Opposed,
                $"successive gradients point in opposite directions (mean cosine {mean}): updates overshoot. Try a "
                + "smaller learning rate.");
        }
        else if (meanNorm < Still)
        {
            Warn(
                Trouble.Zero,
                "the gradient is zero: no action affects the reward. Check the action bounds and what the reward "
                + "depends on.");
        }
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<float>("previous", previous);
        writer.Write<double>("averages", [clippedShare, meanCosine, meanGrowth, meanNorm, faultShare]);
        writer.Write<long>("counts", [faultsSeen, updates, .. quietUntil]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        previous = reader.Read<float>("previous");
        var averages = reader.Read<double>("averages");
        (clippedShare, meanCosine, meanGrowth, meanNorm, faultShare) =
            (averages[0], averages[1], averages[2], averages[3], averages[4]);
        var counts = reader.Read<long>("counts");
        (faultsSeen, updates) = (counts[0], counts[1]);
        counts.AsSpan(2).CopyTo(quietUntil);
    }

    private void Quarters(ReadOnlySpan<double> actions)
    {
        for (int q = 0; q < Parts; q++)
        {
            int from = actions.Length * q / Parts, to = actions.Length * (q + 1) / Parts;
            double sum = 0;
            foreach (double norm in actions[from..to]) sum += norm * norm;
            quarters[q] = to > from ? Math.Sqrt(sum) : double.NaN;
        }
    }

    /// <summary>Computes the cosine of the angle between two gradients; NaN if one of them is zero.</summary>
    /// <param name="a">One gradient.</param>
    /// <param name="b">The other gradient, of the same length.</param>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }
        return aa > 0 && bb > 0 ? dot / Math.Sqrt(aa * bb) : double.NaN;
    }

    // a plain mean over the first updates, an exponential one after that
    private void Blend(ref double mean, double value) => mean += (value - mean) * Math.Max(1 - Forget, 1.0 / updates);

    private void Warn(Trouble trouble, string what)
    {
        if (updates < quietUntil[(int)trouble]) return;
        quietUntil[(int)trouble] = updates + Pause;
        logger.LogWarning("Update {Update}: {What}", updates, what);
    }

    private enum Trouble
    {
        NotFinite,
        Faults,
        Growth,
        Opposed,
        Zero,
    }
}
