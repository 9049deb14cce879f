using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MbMix.Model.Ensemble;

/// <summary>
/// The loss of one member: the mean over rows and components of <c>(mean - target)^2 / variance + log variance</c>,
/// twice the negative log likelihood up to a constant. Outputs are means and raw log variances, <c>[rows, 2T]</c>.
/// </summary>
internal readonly struct GaussianLoss(LogVariance variances, int size)
{
    /// <summary>Computes the gradient of the loss with respect to the outputs.</summary>
    /// <param name="outputs">Outputs <c>[rows, 2T]</c>.</param>
    /// <param name="targets">Targets <c>[rows, T]</c>.</param>
    /// <param name="weight">One over the number of components of the whole batch.</param>
    /// <param name="gradient">Receives the gradient <c>[rows, 2T]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gradient(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, float weight, Span<float> gradient)
    {
        var share = Vector256.Create(weight);
        for (int row = 0; row * size < targets.Length; row++)
        {
            var means = outputs.Slice(2 * row * size, size);
            var raws = outputs.Slice((2 * row * size) + size, size);
            var truth = targets.Slice(row * size, size);
            Span<float> dMeans = gradient.Slice(2 * row * size, size),
                dRaws = gradient.Slice((2 * row * size) + size, size);
            int i = 0;
            for (; i <= size - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var error = Vector256.Create(means[i..]) - Vector256.Create(truth[i..]);
                var (variance, slope) = variances.Variance(Vector256.Create(raws[i..]));
                var precise = Vector256<float>.One / variance;
                (share * 2 * error * precise).CopyTo(dMeans[i..]);
                (share * (precise - (error * error * precise * precise)) * slope).CopyTo(dRaws[i..]);
            }
            for (; i < size; i++)
            {
                float error = means[i] - truth[i];
                var (variance, slope) = variances.Variance(raws[i]);
                dMeans[i] = weight * 2 * error / variance;
                dRaws[i] = weight * ((1 / variance) - (error * error / (variance * variance))) * slope;
            }
        }
    }

    /// <summary>Adds up the loss and the squared error over rows.</summary>
    public (double Loss, double SquaredError) Sum(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        double loss = 0, squares = 0;
        for (int row = 0; row * size < targets.Length; row++)
        {
            for (int i = 0; i < size; i++)
            {
                double error = outputs[(2 * row * size) + i] - targets[(row * size) + i];
                double variance = variances.Variance(outputs[(2 * row * size) + size + i]).Value;
                squares += error * error;
                loss += (error * error / variance) + Math.Log(variance);
            }
        }
        return (loss, squares);
    }

    /// <summary>Adds up the squared error over rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double SumOfSquares(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        double squares = 0;
        for (int row = 0; row * size < targets.Length; row++)
        {
            float sum = 0;
            for (int i = 0; i < size; i++)
            {
                float error = outputs[(2 * row * size) + i] - targets[(row * size) + i];
                sum += error * error;
            }
            squares += sum;
        }
        return squares;
    }
}
