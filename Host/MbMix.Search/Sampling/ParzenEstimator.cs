namespace MbMix.Search;

/// <summary>
/// A density over settings: the mean of a kernel around each of some settings and of a flat one. Each kernel is a
/// product over parameters, so that parameters that go together stay together (the multivariate form). A parameter
/// that is not part of a kernel's setting is flat there, which makes branches of a space share what they have in
/// common.
/// </summary>
internal sealed class ParzenEstimator
{
    // of the unit interval, times a power of the number of kernels
    private const double Width = 0.2;

    // the narrowest kernel is the interval divided by the number of kernels, but not by more than this
    private const int MostDivisions = 100;

    private readonly Space space;
    private readonly double[][] centers;
    private readonly double width;
    private readonly double observedWeight;

    public ParzenEstimator(Space space, IEnumerable<Setting> settings)
    {
        this.space = space;
        centers =
        [
            .. settings.Select(s => s.Values.Select(
                (v, i) => double.IsNaN(v) || IsChoice(i) ? v : space.Parameters[i].PlaceOf(v)).ToArray()),
        ];
        int count = centers.Length;
        // Scott's rule, with the limit of Bergstra et al. 2011 for few kernels
        width = Math.Max(
            Width * Math.Pow(Math.Max(count, 1), -1.0 / (space.Parameters.Count + 4)),
            1.0 / Math.Min(MostDivisions, count + 2));
        observedWeight = 1.0 / (count + 1);
    }

    /// <summary>Draws a setting.</summary>
    public Setting Draw(SplitMix random)
    {
        int kernel = random.Below(centers.Length + 1);
        double[]? center = kernel < centers.Length ? centers[kernel] : null;
        double[] values = new double[space.Parameters.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var parameter = space.Parameters[i];
            if (!space.IsPart(i, values))
            {
                values[i] = double.NaN;
                continue;
            }
            double around = center?[i] ?? double.NaN;
            if (IsChoice(i))
            {
                bool same = !double.IsNaN(around) && random.Unit() < Same(parameter.Choices.Count);
                values[i] = same ? around : random.Below(parameter.Choices.Count);
            }
            else
            {
                bool flat = double.IsNaN(around);
                values[i] = parameter.At(flat ? random.Unit() : Bell(around, random));
            }
        }
        return new Setting(values);
    }

    /// <summary>Returns the logarithm of the density at a setting.</summary>
    public double LogDensity(Setting setting)
    {
        double[] places =
        [
            .. setting.Values.Select(
                (v, i) => double.IsNaN(v) || IsChoice(i) ? v : space.Parameters[i].PlaceOf(v)),
        ];
        double[] logs = new double[centers.Length + 1];
        for (int k = 0; k < logs.Length; k++) logs[k] = LogKernel(k < centers.Length ? centers[k] : null, places);
        double largest = logs.Max();
        return largest + Math.Log(logs.Sum(l => Math.Exp(l - largest)) * observedWeight);
    }

    private double LogKernel(double[]? center, double[] places)
    {
        double sum = 0;
        for (int i = 0; i < places.Length; i++)
        {
            if (double.IsNaN(places[i])) continue;
            double around = center?[i] ?? double.NaN;
            if (IsChoice(i))
            {
                int choices = space.Parameters[i].Choices.Count;
                double share = double.IsNaN(around) ? 0 : Same(choices);
                sum += Math.Log(((1 - share) / choices) + (around == places[i] ? share : 0));
            }
            else if (!double.IsNaN(around))
            {
                double z = (places[i] - around) / width;
                double inside = Normal.Below((1 - around) / width) - Normal.Below(-around / width);
                sum += (-0.5 * z * z) - Math.Log(width * Math.Sqrt(2 * Math.PI) * inside);
            }
        }
        return sum;
    }

    // how much more a choice has the value of the kernel's setting than any other: less so with few kernels
    private double Same(int choices) => 1 / (1 + (choices / (double)Math.Max(centers.Length, 1)));

    // a bell that is cut off at the ends of the interval
    private double Bell(double center, SplitMix random)
    {
        for (int i = 0; i < 1000; i++)
        {
            double place = center + (width * random.Normal());
            if (place is >= 0 and <= 1) return place;
        }
        return center;
    }

    private bool IsChoice(int parameter) => space.Parameters[parameter].Kind == ParameterKind.Choice;
}
