using System.Runtime.InteropServices;

namespace MbMix.Pages;

/// <summary>
/// The frames of a replay as bytes that compress well. Each component is a series of its own over time; of integers,
/// the first and then the differences are stored. Positions are in tenths of a millimeter (int32), quaternions in
/// 1/32767 (int16), flags and activations in a byte. <c>Assets/frames.js</c> reads them.
/// </summary>
internal static class ReplayEncoding
{
    /// <summary>Parts of a meter that positions are rounded to.</summary>
    public const double PositionScale = 10_000;

    /// <summary>Parts of 1 that components of quaternions are rounded to.</summary>
    public const double QuaternionScale = 32_767;

    /// <summary>Encodes the frames, little endian: the blocks with wider numbers come first.</summary>
    public static byte[] Encode(Replay replay)
    {
        int frames = replay.Frames, bodies = replay.Scene.Bodies.Count;
        var bytes = new MemoryStream();
        var positions = Series(replay.Bodies, frames, 7 * bodies, c => c % 7 < 3);
        Write(bytes, Differences(positions, PositionScale));
        Write(bytes, Differences(Series(replay.Points, frames, replay.Points.Length / frames), PositionScale));
        Write(bytes, replay.Rewards.Select(r => (float)r).ToArray());
        foreach (var series in Series(replay.ActionValues, frames, replay.Actions.Count))
            Write(bytes, series.Select(a => (float)a).ToArray());
        var turns = Series(WithoutJumps(replay.Bodies, frames, bodies), frames, 7 * bodies, c => c % 7 >= 3);
        Write(bytes, Differences(turns, QuaternionScale).Select(d => unchecked((short)d)).ToArray());
        if (replay.Touching is { } touching)
        {
            foreach (var series in Series(touching, frames, touching.Length / frames))
                Write(bytes, series.Select(t => t ? (byte)1 : (byte)0).ToArray());
        }
        if (replay.Activity is { } activity)
        {
            foreach (var series in Series(activity, frames, activity.Length / frames))
                Write(bytes, series.Select(a => (byte)Math.Round(255 * Math.Clamp(a, 0, 1))).ToArray());
        }
        return bytes.ToArray();
    }

    // q and -q are the same orientation; between two frames, the nearer one is taken
    private static double[] WithoutJumps(double[] poses, int frames, int bodies)
    {
        double[] smooth = [.. poses];
        for (int i = 7 * bodies; i < 7 * bodies * frames; i += 7)
        {
            Span<double> now = smooth.AsSpan(i + 3, 4), before = smooth.AsSpan(i - (7 * bodies) + 3, 4);
            double cosine = (now[0] * before[0]) + (now[1] * before[1]) + (now[2] * before[2]) + (now[3] * before[3]);
            if (cosine >= 0) continue;
            foreach (ref double component in now) component = -component;
        }
        return smooth;
    }

    private static IEnumerable<T[]> Series<T>(T[] rows, int frames, int columns, Predicate<int>? wanted = null)
    {
        for (int column = 0; column < columns; column++)
        {
            if (wanted?.Invoke(column) == false) continue;
            var series = new T[frames];
            for (int t = 0; t < frames; t++) series[t] = rows[(t * columns) + column];
            yield return series;
        }
    }

    private static int[] Differences(IEnumerable<double[]> series, double scale)
    {
        var all = new List<int>();
        foreach (double[] values in series)
        {
            int before = 0;
            foreach (double value in values)
            {
                int now = (int)Math.Clamp(Math.Round(value * scale), -1e9, 1e9);
                all.Add(now - before);
                before = now;
            }
        }
        return [.. all];
    }

    private static void Write<T>(Stream stream, T[] values)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes<T>(values));
}
