using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using MbMix.Learning;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>widths</c>: what it costs that sums have the same order on vectors of every width, in turns with sums whose order
/// follows the width, and beside the layer that they are part of.
/// </summary>
internal static unsafe class WidthsCommand
{
    private const int Rows = MlpKernel.MostRows, Calls = 400;

    public static Command Create()
    {
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements of each side, in turns; the fastest is printed.",
            DefaultValueFactory = _ => 25,
        };
        var command = new Command("widths", "Measures sums in an order that no width changes.") { repeats };
        command.SetAction(parsed =>
        {
            Console.WriteLine(ResultTable.Machine());
            Console.WriteLine(
                $"microseconds per {Rows} rows: sums by width, by sixteen, and the layer with its normalization");
            foreach (int width in new[] { 32, 64, 128, 256 })
            {
                Measure<Wide512>(512, width, parsed.GetValue(repeats));
                Measure<Wide256>(256, width, parsed.GetValue(repeats));
                Measure<Wide128>(128, width, parsed.GetValue(repeats));
            }
            Norm(parsed.GetValue(repeats));
            return 0;
        });
        return command;
    }

    private static void Measure<W>(int bits, int width, int repeats)
        where W : unmanaged, IWide<W>
    {
        if (bits == 512 && !System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated) return;
        var network = new Mlp(width, [width], 1, Activation.Elu, layerNorm: true);
        var kernel = MlpKernel.Create(
            [width, width, 1], Activation.Elu, true, Offsets(network, out int size), size, bits);
        using var memory = new NativeBuffer(
            kernel.Layout.PackSize + (Rows * (kernel.Layout.TapeRow + (2 * width) + 32)) + (2 * Rows));
        float* pack = memory.Pointer, x = pack + kernel.Layout.PackSize, tape = x + (Rows * width);
        float* output = tape + (Rows * kernel.Layout.TapeRow), sums = output + (Rows * 16);
        for (int i = 0; i < kernel.Layout.PackSize + (Rows * width); i++) pack[i] = ((i * 7919) % 1000 / 1000f) - 0.5f;
        double[] times = Fastest(
            repeats,
            () => ByWidth<W>(width, x, sums),
            () => BySixteen<W>(width, x, sums),
            () => kernel.Forward(Rows, x, pack, output, tape));
        // mean and variance are two sums
        double price = 2 * (times[1] - times[0]) / times[2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{bits} bits, rows of {width,3}: {times[0],7:F2} {times[1],7:F2}   ratio {times[1] / times[0],5:F2}   "
            + $"layer {times[2],8:F2}   price {price,6:P1}"));
    }

    private static int[] Offsets(Mlp network, out int size)
    {
        using var parameters = new ParameterSet(network.Parameters());
        size = parameters.Values.Length;
        return [.. Enumerable.Range(0, parameters.Count).Select(parameters.OffsetOf)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ByWidth<W>(int width, float* a, float* sums)
        where W : unmanaged, IWide<W>
    {
        for (int r = 0; r < Rows; r++)
        {
            W sum = default;
            for (int i = r * width; i < (r + 1) * width; i += W.Count) sum += W.Load(a + i);
            sums[r] = W.Sum(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BySixteen<W>(int width, float* a, float* sums)
        where W : unmanaged, IWide<W>
    {
        float* parts = stackalloc float[RowSum<W>.MostParts];
        for (int r = 0; r < Rows; r++)
        {
            float* row = a + (r * width);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W sum = default;
                for (int i = part * W.Count; i < width; i += RowSum<W>.Stride) sum += W.Load(row + i);
                parts[part] = W.Sum(sum);
            }
            sums[r] = RowSum<W>.Total(parts);
        }
    }

    private static void Norm(int repeats)
    {
        var gradient = new float[1 << 15];
        for (int i = 0; i < gradient.Length; i++) gradient[i] = i % 13 / 13f;
        double sink = 0;
        double[] times = Fastest(
            repeats, () => sink += NormByWidth(gradient), () => sink += Adam.SquaredNorm(gradient));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"norm of {gradient.Length} entries: {times[0],7:F2} {times[1],7:F2}   ratio {times[1] / times[0],5:F2}"));
        GC.KeepAlive(sink);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double NormByWidth(ReadOnlySpan<float> gradient)
    {
        var sum = Vector<double>.Zero;
        for (int i = 0; i <= gradient.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(gradient[i..]), out var low, out var high);
            sum += (low * low) + (high * high);
        }
        return Vector.Sum(sum);
    }

    // microseconds of the fastest call of each side: the machine may have other work
    private static double[] Fastest(int repeats, params Action[] sides)
    {
        double[] best = [.. sides.Select(_ => double.PositiveInfinity)];
        for (int r = -3; r < repeats; r++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < Calls; i++) sides[side]();
                double time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
                if (r >= 0) best[side] = Math.Min(best[side], time);
            }
        }
        return best;
    }
}
