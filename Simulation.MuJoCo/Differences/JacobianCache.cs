using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// Jacobians of single control steps, keyed by the bits of state and action. Explicit calls (Linearize, vector-Jacobian
/// products) and a later backward pass over the same steps then share one set of differences. When the cache is full,
/// the oldest entries go first. Not thread safe.
/// </summary>
/// <param name="bytes">Capacity in bytes, keys included.</param>
internal sealed class JacobianCache(long bytes)
{
    private readonly Dictionary<Key, double[]> entries = [];
    private readonly Queue<Key> order = new();
    private long used;

    public bool TryGet(
        ReadOnlySpan<double> state, ReadOnlySpan<double> action, [NotNullWhen(true)] out double[]? jacobian)
    {
        jacobian = null;
        return entries.Count > 0 && entries.TryGetValue(new Key([.. state, .. action]), out jacobian);
    }

    public void Add(ReadOnlySpan<double> state, ReadOnlySpan<double> action, double[] jacobian)
    {
        var key = new Key([.. state, .. action]);
        long size = Size(key, jacobian);
        if (size > bytes || !entries.TryAdd(key, jacobian)) return;
        order.Enqueue(key);
        used += size;
        while (used > bytes)
        {
            var oldest = order.Dequeue();
            entries.Remove(oldest, out var gone);
            used -= Size(oldest, gone!);
        }
    }

    private static long Size(Key key, double[] jacobian) =>
        sizeof(double) * (key.Values.Length + (long)jacobian.Length);

    private readonly struct Key(double[] values) : IEquatable<Key>
    {
        private readonly int hash = Hash(values);

        public double[] Values { get; } = values;

        // bits, not numbers: 0 and -0 differ, and NaN equals itself
        public bool Equals(Key other) =>
            MemoryMarshal.AsBytes<double>(Values).SequenceEqual(MemoryMarshal.AsBytes<double>(other.Values));

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => hash;

        private static int Hash(double[] values)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes<double>(values));
            return hash.ToHashCode();
        }
    }
}
