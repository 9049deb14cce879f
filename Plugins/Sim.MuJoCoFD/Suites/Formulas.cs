namespace MbMix.Sim.MuJoCoFD;

/// <summary>Arithmetic that the formulas of several tasks share.</summary>
internal static class Formulas
{
    /// <summary>Writes two vectors one after the other.</summary>
    public static void Join(Span<double> destination, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        first.CopyTo(destination);
        second.CopyTo(destination[first.Length..]);
    }

    public static void Clip(Span<double> values, double low, double high)
    {
        foreach (ref double value in values) value = Math.Clamp(value, low, high);
    }

    public static double SumOfSquares(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value * value;
        return sum;
    }

    /// <summary>Euclidean distance of two points.</summary>
    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }

    public static bool AllFinite(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        AllFinite(first) && AllFinite(second);

    public static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value)) return false;
        }
        return true;
    }

    public static bool AllWithin(ReadOnlySpan<double> values, double[] range)
    {
        foreach (double value in values)
        {
            if (!IsWithin(value, range)) return false;
        }
        return true;
    }

    /// <summary>Whether a value lies strictly between two limits.</summary>
    public static bool IsWithin(double value, double[] range) => value > range[0] && value < range[1];
}
