using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MbMix.Model.Ensemble;

/// <summary>
/// A soft clamp of log variances: <c>max - softplus(max - raw)</c>, then <c>min + softplus(that - min)</c>. Variances
/// follow without a logarithm, <c>exp(min) + exp(max) * logistic(raw - max)</c>.
/// </summary>
internal readonly struct LogVariance(double lowest, double highest)
{
    private readonly float shift = (float)highest;
    private readonly float low = (float)Math.Exp(lowest);
    private readonly float range = (float)Math.Exp(highest);

    /// <summary>The clamped log variance.</summary>
    public double Clamp(float raw) => Math.Log(Variance(raw).Value);

    /// <summary>The variance and its derivative with respect to the raw log variance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float Value, float Slope) Variance(float raw)
    {
        float logistic = 1 / (1 + MathF.Exp(shift - raw)), open = range * logistic;
        return (low + open, open * (1 - logistic));
    }

    /// <summary>The variance and its derivative with respect to the raw log variance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<float> Value, Vector256<float> Slope) Variance(Vector256<float> raw)
    {
        var logistic = Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(Vector256.Create(shift) - raw));
        var open = logistic * range;
        return (open + Vector256.Create(low), open * (Vector256<float>.One - logistic));
    }
}
