using System.Globalization;

namespace MbMix.Learning;

/// <summary>
/// Adds up the memory that a training will take, before any of it is allocated, and refuses more than the machine has.
/// It counts the large parts only, so it is a lower bound within a factor of about two.
/// </summary>
public sealed class MemoryEstimate
{
    private const double Gigabyte = 1e9;

    // the parameters, their gradients, two moments, and about two copies laid out for the kernels
    private const int CopiesOfWeights = 6;

    private double bytes;
    private double largest;

    /// <summary>Bytes so far.</summary>
    public double Bytes => bytes;

    /// <summary>Adds rows of equal size.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="rowBytes">Bytes per row, in all arrays together.</param>
    /// <param name="widest">Bytes per row in the largest single array; 0 if it cannot become the limit.</param>
    public MemoryEstimate Add(double rows, double rowBytes, double widest = 0)
    {
        bytes += rows * rowBytes;
        largest = Math.Max(largest, rows * widest);
        return this;
    }

    /// <summary>Adds a network in training.</summary>
    /// <param name="key">Option with the sizes of its hidden layers, for the message.</param>
    /// <param name="inputs">Number of input components.</param>
    /// <param name="hidden">Width of each hidden layer.</param>
    /// <param name="outputs">Number of output components.</param>
    /// <exception cref="ConfigurationException">The network is too large to be built.</exception>
    public MemoryEstimate AddNetwork(string key, int inputs, IReadOnlyList<int> hidden, int outputs)
    {
        double weights = Mlp.CountWeights([inputs, .. hidden, outputs]);
        if (weights > Mlp.MaximumWeights)
            throw new ConfigurationException(FormattableString.Invariant(
                $"{key}: a network of {weights:0.#e+0} weights is too large; at most {Mlp.MaximumWeights:0.#e+0} are ")
                + "supported. Use smaller layers.");
        return Add(weights, CopiesOfWeights * sizeof(float));
    }

    /// <summary>Returns the bytes that a network keeps per row for its backward pass.</summary>
    /// <param name="hidden">Width of each hidden layer.</param>
    public static double TapeBytes(IReadOnlyList<int> hidden) => 2.0 * hidden.Sum() * sizeof(float);

    /// <summary>Throws if the machine does not have the memory.</summary>
    /// <param name="settings">The settings that decide about it, for the message.</param>
    /// <exception cref="ConfigurationException">The estimate exceeds what the machine has.</exception>
    public void Require(params ReadOnlySpan<(string Key, long Value)> settings) =>
        Require(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, settings);

    internal void Require(double available, params ReadOnlySpan<(string Key, long Value)> settings)
    {
        if (bytes <= available && largest <= int.MaxValue) return;
        var all = new List<string>();
        foreach (var (key, value) in settings) all.Add($"{key}={value.ToString(CultureInfo.InvariantCulture)}");
        string limit = bytes > available
            ? $"{Show(bytes)} of memory, but this machine has {Show(available)}"
            : $"a single array of {Show(largest)}, but {Show(int.MaxValue)} is the limit";
        throw new ConfigurationException($"{string.Join(", ", all)}: this takes about {limit}. Choose smaller values.");
    }

    private static string Show(double size) => FormattableString.Invariant($"{size / Gigabyte:0.#} GB");
}
