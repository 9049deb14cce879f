using System.Numerics;
using System.Runtime.CompilerServices;
using MbMix.Learning;
using MbMix.Numerics;

namespace MbMix.Model.Ensemble;

/// <summary>The weights of one network of the ensemble and their training.</summary>
internal sealed class EnsembleMember : IDisposable
{
    // a row is held out by a hash of its index, so it stays held out however much is added later
    private const ulong Odd = 0x9E3779B97F4A7C15UL;
    private const double Tolerance = 0.01;

    private readonly int index, inputSize, targetSize;
    private readonly ProbabilisticEnsembleOptions options;
    private readonly GaussianLoss loss;
    private readonly CounterRandom orders;
    private readonly ulong hash;
    private readonly float[] input, target, output, kept;
    private int[] training = [], heldOut = [], order = [];
    private double lowest, reference;

    public EnsembleMember(
        Mlp mlp, ProbabilisticEnsembleOptions options, GaussianLoss loss, int targetSize, long seed, int index)
    {
        (this.index, this.options, this.loss, this.targetSize) = (index, options, loss, targetSize);
        inputSize = mlp.Inputs;
        Parameters = new ParameterSet(mlp.Parameters());
        Initialize(new CounterRandom(seed, Stream("weights")));
        Optimizer = new Adam(Parameters);
        orders = new CounterRandom(seed, Stream("orders"));
        hash = Mix((ulong)seed + ((ulong)(index + 1) * Odd));
        kept = new float[Parameters.Values.Length];
        input = new float[options.BatchSize * inputSize];
        target = new float[options.BatchSize * targetSize];
        output = new float[options.BatchSize * mlp.Outputs];
    }

    public ParameterSet Parameters { get; }

    public Adam Optimizer { get; }

    /// <summary>The held-out error of the weights that <see cref="End"/> goes back to.</summary>
    public double KeptError { get; private set; }

    /// <summary>The rows to train on.</summary>
    public IReadOnlyList<int> Training => training;

    /// <summary>The rows held out.</summary>
    public IReadOnlyList<int> HeldOut => heldOut;

    /// <summary>Gradient steps since <see cref="Begin"/>.</summary>
    public long Updates { get; private set; }

    /// <summary>Divides rows into those to train on and those held out.</summary>
    /// <param name="first">Index of the first row since training began.</param>
    /// <param name="count">Number of rows.</param>
    public void Divide(long first, int count)
    {
        if (order.Length < count) (order, training, heldOut) = (new int[count], [], []);
        int trained = 0, held = 0;
        // the front of the array takes the rows to train on, the back those held out
        for (int row = 0; row < count; row++) order[IsHeldOut(first + row) ? count - ++held : trained++] = row;
        // with very few rows a side may be empty; then all rows serve as both
        training = trained > 0 && held > 0 ? order[..trained] : [.. Enumerable.Range(0, count)];
        heldOut = trained > 0 && held > 0 ? order[trained..count] : training;
        Array.Sort(heldOut);
    }

    /// <summary>Starts a training; the weights as they are count as the best so far.</summary>
    public void Begin(MlpEnsemble networks, TrainingRows rows)
    {
        Updates = 0;
        KeptError = lowest = reference = HeldOutError(networks, rows);
        Parameters.Values.CopyTo(kept);
    }

    /// <summary>Trains on all rows once, in an order of its own.</summary>
    /// <returns>Whether the held-out error fell by more than 1 % since it last did.</returns>
    public bool Epoch(MlpEnsemble networks, TrainingRows rows, long number, CancellationToken cancellationToken)
    {
        var permutation = order.AsSpan(0, training.Length);
        orders.Permutation(permutation, number);
        for (int i = 0; i < permutation.Length; i++) permutation[i] = training[permutation[i]];
        for (int begin = 0; begin < permutation.Length; begin += options.BatchSize)
        {
            if (cancellationToken.IsCancellationRequested) return false;
            int count = Math.Min(options.BatchSize, permutation.Length - begin);
            rows.Gather(permutation.Slice(begin, count), input, target);
            Step(networks, input.AsSpan(0, count * inputSize), target.AsMemory(0, count * targetSize));
        }
        double error = HeldOutError(networks, rows);
        if (double.IsNaN(error)) return false;
        if (!(error >= lowest)) lowest = error;
        // the latest of those as good as the best, because deviations are still learned when the error has settled
        if (error <= lowest * (1 + Tolerance))
        {
            KeptError = error;
            Parameters.Values.CopyTo(kept);
        }
        bool improved = !(error >= reference * (1 - Tolerance));
        if (improved) reference = error;
        return improved;
    }

    /// <summary>Goes back to the latest weights whose held-out error was within 1 % of the smallest.</summary>
    public void End(MlpEnsemble networks)
    {
        kept.CopyTo(Parameters.Values);
        networks.Refresh(index);
    }

    /// <summary>Takes one gradient step.</summary>
    /// <returns>The loss and the mean squared error before the step, if asked for.</returns>
    public (double Loss, double SquaredError) Step(
        MlpEnsemble networks, ReadOnlySpan<float> inputs, ReadOnlyMemory<float> targets, bool report = false)
    {
        float weight = 1f / targets.Length;
        var sums = (Loss: 0.0, Squares: 0.0);
        networks.Descend(index, inputs, targets.Length / targetSize, (first, outputs, gradient) =>
        {
            var truth = targets.Span.Slice(first * targetSize, outputs.Length / 2);
            loss.Gradient(outputs, truth, weight, gradient);
            if (!report) return;
            var (part, squares) = loss.Sum(outputs, truth);
            sums = (sums.Loss + part, sums.Squares + squares);
        });
        Decay();
        Optimizer.Step(options.LearningRate);
        networks.Refresh(index);
        Updates++;
        return (sums.Loss * weight, sums.Squares * weight);
    }

    public void Dispose() => Parameters.Dispose();

    private double HeldOutError(MlpEnsemble networks, TrainingRows rows)
    {
        double squares = 0;
        for (int begin = 0; begin < heldOut.Length; begin += options.BatchSize)
        {
            int count = Math.Min(options.BatchSize, heldOut.Length - begin);
            rows.Gather(heldOut.AsSpan(begin, count), input, target);
            networks.Evaluate(index, input, count, output);
            squares += loss.SumOfSquares(
                output.AsSpan(0, 2 * count * targetSize), target.AsSpan(0, count * targetSize));
        }
        return squares / ((double)heldOut.Length * targetSize);
    }

    /// <summary>Whether a row is held out, by its index since training began.</summary>
    public bool IsHeldOut(long row) => (Mix(((ulong)row * Odd) ^ hash) >> 11) < options.HeldOut * (1UL << 53);

    // the gradient of decay / 2 * |W|^2
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decay()
    {
        for (int p = 0, layer = 0; p < Parameters.Count; p++)
        {
            if (Parameters.Shapes[p].Shape.Length < 2) continue;
            float decay = (float)options.WeightDecay[Math.Min(layer++, options.WeightDecay.Length - 1)];
            Span<float> values = Parameters[p], gradients = Parameters.Gradient(p);
            int i = 0;
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
                (new Vector<float>(gradients[i..]) + (new Vector<float>(values[i..]) * decay)).CopyTo(gradients[i..]);
            for (; i < values.Length; i++) gradients[i] += decay * values[i];
        }
    }

    // normal numbers cut off at two deviations, deviation 1 / (2 sqrt(inputs)); biases stay 0
    private void Initialize(CounterRandom random)
    {
        for (int p = 0; p < Parameters.Count; p++)
        {
            var shape = Parameters.Shapes[p].Shape;
            if (shape.Length < 2) continue;
            var weights = Parameters[p];
            weights.Fill(float.NaN);
            float deviation = 1 / (2 * MathF.Sqrt(shape[1]));
            var draws = new float[weights.Length];
            for (int lane = 0, missing = draws.Length; missing > 0; lane++)
            {
                random.Normal(draws, p, lane);
                missing = 0;
                for (int i = 0; i < draws.Length; i++)
                {
                    if (!float.IsNaN(weights[i])) continue;
                    if (MathF.Abs(draws[i]) <= 2) weights[i] = draws[i] * deviation;
                    else missing++;
                }
            }
        }
    }

    private string Stream(string name) => FormattableString.Invariant($"ensemble/{name}/{index}");

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
