namespace MbMix.Numerics;

/// <summary>
/// Random numbers as pure functions of (seed, stream, counter, lane). There is no state: the caller keeps a counter,
/// and that counter is all a checkpoint needs. Each consumer draws from its own stream, so a new consumer never changes
/// the numbers of another one.
/// </summary>
public readonly struct CounterRandom
{
    private readonly uint key0;
    private readonly uint key1;

    /// <summary>Selects a stream of a seed.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Name of the stream, for instance <c>shac/noise</c>.</param>
    public CounterRandom(long seed, string stream)
    {
        ulong name = 14695981039346656037UL;
        foreach (char c in stream) name = (name ^ c) * 1099511628211UL;
        // two rounds of a 64-bit finalizer, so that neighboring seeds and similar names give unrelated keys
        ulong key = Mix(Mix((ulong)seed) + name);
        key0 = (uint)key;
        key1 = (uint)(key >> 32);
    }

    /// <summary>Draws uniform numbers in [0, 1).</summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="counter">Number of the draw within the stream.</param>
    /// <param name="lane">Lane of that draw.</param>
    public void Uniform(Span<float> destination, long counter, int lane = 0)
    {
        for (int i = 0; i < destination.Length; i += 4)
        {
            var block = Block(i >> 2, counter, lane);
            destination[i] = Unit(block.X);
            if (i + 1 < destination.Length) destination[i + 1] = Unit(block.Y);
            if (i + 2 < destination.Length) destination[i + 2] = Unit(block.Z);
            if (i + 3 < destination.Length) destination[i + 3] = Unit(block.W);
        }
    }

    /// <summary>Draws standard normal numbers by the Box-Muller transform.</summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="counter">Number of the draw within the stream.</param>
    /// <param name="lane">Lane of that draw.</param>
    public void Normal(Span<float> destination, long counter, int lane = 0)
    {
        for (int i = 0; i < destination.Length; i += 4)
        {
            var block = Block(i >> 2, counter, lane);
            var (a, b) = Pair(block.X, block.Y);
            var (c, d) = Pair(block.Z, block.W);
            destination[i] = a;
            if (i + 1 < destination.Length) destination[i + 1] = b;
            if (i + 2 < destination.Length) destination[i + 2] = c;
            if (i + 3 < destination.Length) destination[i + 3] = d;
        }
    }

    /// <summary>Draws uniform integers in <c>[0, bound)</c>, for example indices into a buffer.</summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="bound">Upper bound, exclusive; positive.</param>
    /// <param name="counter">Number of the draw within the stream.</param>
    public void Integers(Span<int> destination, int bound, long counter)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        for (int i = 0; i < destination.Length; i += 2)
        {
            var block = Block(i >> 1, counter, 0);
            // 64 bits scaled to a bound of 31 bits: the bias is below 2^-33
            destination[i] = Scale(block.X, block.Y, bound);
            if (i + 1 < destination.Length) destination[i + 1] = Scale(block.Z, block.W, bound);
        }
    }

    /// <summary>Draws a random permutation of <c>0 .. n - 1</c>.</summary>
    /// <param name="destination">Receives the n indices.</param>
    /// <param name="counter">Number of the draw within the stream.</param>
    public void Permutation(Span<int> destination, long counter)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = i;
        for (int i = destination.Length - 1; i > 0; i--)
        {
            var block = Block(i, counter, 0);
            int j = Scale(block.X, block.Y, i + 1);
            (destination[i], destination[j]) = (destination[j], destination[i]);
        }
    }

    /// <summary>Draws a float32 tensor of standard normal numbers; the caller owns it.</summary>
    /// <param name="counter">Number of the draw within the stream.</param>
    /// <param name="shape">Shape of the tensor.</param>
    public Tensor NormalTensor(long counter, params ReadOnlySpan<long> shape)
    {
        var tensor = TensorSpans.Empty(shape);
        Normal(tensor.Values<float>(), counter);
        return tensor;
    }

    /// <summary>Draws a float32 tensor of uniform numbers in [0, 1); the caller owns it.</summary>
    /// <param name="counter">Number of the draw within the stream.</param>
    /// <param name="shape">Shape of the tensor.</param>
    public Tensor UniformTensor(long counter, params ReadOnlySpan<long> shape)
    {
        var tensor = TensorSpans.Empty(shape);
        Uniform(tensor.Values<float>(), counter);
        return tensor;
    }

    private PhiloxBlock Block(int index, long counter, int lane) =>
        Philox.Block((uint)index, (uint)lane, (uint)counter, (uint)((ulong)counter >> 32), key0, key1);

    private static float Unit(uint bits) => (bits >> 8) * (1f / 16777216f);

    private static int Scale(uint high, uint low, int bound) =>
        (int)Math.BigMul(((ulong)high << 32) | low, (ulong)bound, out _);

    private static (float, float) Pair(uint a, uint b)
    {
        float radius = MathF.Sqrt(-2f * MathF.Log(((a >> 8) + 1) * (1f / 16777216f)));
        var (sin, cos) = MathF.SinCos(2f * MathF.PI * Unit(b));
        return (radius * cos, radius * sin);
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
