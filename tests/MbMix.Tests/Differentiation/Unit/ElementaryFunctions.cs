using MbMix.Differentiation;

namespace MbMix.Tests.Unit;

/// <summary>
/// The polynomials behind sine, cosine, arc tangent and exponential, compared with the library functions.
/// </summary>
public sealed unsafe class ElementaryFunctions
{
    [Fact]
    public void Float_functions_are_within_two_units_in_the_last_place()
    {
        Check(Precision.Single, 1.5e-7);
    }

    [Fact]
    public void Double_functions_are_within_a_few_units_in_the_last_place()
    {
        Check(Precision.Double, 6e-16);
    }

    [Fact]
    public void The_angle_just_beyond_minus_pi_is_seen_from_the_other_side()
    {
        // the float nearest to -pi lies beyond it: its sine is positive, so the wrapped angle is +pi
        float x = -3.14159274f;
        var (sin, cos, angle, _) = Run<float>([x], [1], Precision.Single)[0];
        Assert.Equal(8.74e-8, sin, 1e-9);
        Assert.Equal(-1, cos, 1e-7);
        Assert.True(angle != 0);
    }

    private static void Check(Precision precision, double limit)
    {
        double[] xs = [.. Enumerable.Range(0, 4001).Select(i => (i - 2000) * 0.01)];
        double[] ys = [.. xs.Select((x, i) => Math.Cos(17.0 * i) * 3)];
        var results = precision == Precision.Single
            ? Run<float>([.. xs.Select(x => (float)x)], [.. ys.Select(y => (float)y)], precision)
            : Run<double>(xs, ys, precision);
        for (int i = 0; i < xs.Length; i++)
        {
            double x = precision == Precision.Single ? (float)xs[i] : xs[i], y = precision == Precision.Single ? (float)ys[i] : ys[i];
            Assert.InRange(Math.Abs(results[i].Sin - Math.Sin(x)), 0, limit);
            Assert.InRange(Math.Abs(results[i].Cos - Math.Cos(x)), 0, limit);
            Assert.InRange(Math.Abs(results[i].Angle - Math.Atan2(y, x)), 0, 3.2 * limit);
            Assert.InRange(Math.Abs(results[i].Exp - Math.Exp(x)), 0, 2 * limit * Math.Exp(x));
        }
    }

    private static (double Sin, double Cos, double Angle, double Exp)[] Run<T>(T[] xs, T[] ys, Precision precision)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var function = TracedFunction.Trace([2], g => [[Traced.Sin(g[0][0]), Traced.Cos(g[0][0]), Traced.Atan2(g[0][1], g[0][0]), Traced.Exp(g[0][0])]]);
        var kernel = Kernels.Build(function, precision, new KernelOptions());
        int lanes = kernel.Lanes;
        var results = new (double, double, double, double)[xs.Length];
        var scratch = System.Runtime.InteropServices.NativeMemory.AlignedAlloc((nuint)kernel.ScratchBytes, 64);
        nint* groups = stackalloc nint[2];
        T[] input = new T[2 * lanes], output = new T[4 * lanes];
        for (int first = 0; first < xs.Length; first += lanes)
        {
            for (int l = 0; l < lanes; l++)
            {
                int i = Math.Min(first + l, xs.Length - 1);
                (input[l], input[lanes + l]) = (xs[i], ys[i]);
            }
            fixed (T* a = input, b = output)
            {
                (groups[0], groups[1]) = ((nint)a, (nint)b);
                kernel.Run(groups, (nint)scratch);
            }
            double D(int k, int l) => double.CreateTruncating(output[(k * lanes) + l]);
            for (int l = 0; l < lanes && first + l < xs.Length; l++) results[first + l] = (D(0, l), D(1, l), D(2, l), D(3, l));
        }
        System.Runtime.InteropServices.NativeMemory.AlignedFree(scratch);
        return results;
    }
}
