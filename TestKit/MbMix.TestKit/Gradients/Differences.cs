namespace MbMix.TestKit;

/// <summary>
/// Compares the backward passes of a map with central differences along directions, lane by lane. Where differences of
/// two step sizes or of the two sides disagree, the map has a corner or is too curved; such lanes are set aside and
/// counted.
/// </summary>
internal sealed class Differences(DifferenceSettings s, string what, Findings findings)
{
    private const int Coordinates = 4, Dense = 2;
    private const string Detached =
        "Nothing of the derivative arrives: is there a detach(), no_grad() or item() on the way?";

    private int smooth;
    private int aside;

    /// <summary>Share of the compared numbers that were not set aside.</summary>
    public double SmoothShare => smooth + aside == 0 ? 0 : smooth / (double)(smooth + aside);

    /// <summary>What was compared, for a person.</summary>
    public string Summary => $"{smooth} compared, {aside} set aside as not smooth";

    /// <summary>Compares all outputs of a map by one of its inputs.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="size">Number of components of the input.</param>
    /// <param name="type">Type of the input.</param>
    /// <param name="lanes">Number of lanes B.</param>
    /// <param name="map">Maps a displacement <c>[B, size]</c> of the input to named outputs <c>[B, n]</c>.</param>
    public void Compare(
        string input, int size, torch.ScalarType type, int lanes, Func<Tensor, (string Name, Tensor Value)[]> map)
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(size);
        var leaf = torch.zeros([lanes, size], type, requires_grad: true);
        var outputs = map(leaf);
        Tensor[] weights =
            [.. outputs.Select(o => Probes.Uniform(random, lanes, (int)o.Value.shape[1], 1).to(type))];
        double[][][] gradients = [.. outputs.Select((o, i) => Gradient(o.Value, weights[i], leaf))];
        double[] largest = [.. outputs.Select((o, i) => Findings.Largest((o.Value * weights[i]).abs().sum(1)))];
        var wrong = new (int Count, double Worst, double Came, double Right)[outputs.Length];

        using var noGrad = torch.no_grad();
        foreach (var direction in Directions(random, lanes, size))
        {
            Tensor along = torch.tensor(direction.SelectMany(d => d).ToArray(), [lanes, size]).to(type);
            double[][] center = Values(0), up = Values(1), down = Values(-1), far = Values(2), deep = Values(-2);
            for (int o = 0; o < outputs.Length; o++)
            {
                double noise = s.Rounding * (1 + largest[o]) / s.Step;
                for (int lane = 0; lane < lanes; lane++)
                {
                    double came = direction[lane].Zip(gradients[o][lane], (d, g) => d * g).Sum();
                    double fine = (up[o][lane] - down[o][lane]) / (2 * s.Step);
                    double coarse = (far[o][lane] - deep[o][lane]) / (4 * s.Step);
                    double right = (up[o][lane] - center[o][lane]) / s.Step;
                    double left = (center[o][lane] - down[o][lane]) / s.Step;
                    // a chance zero among larger derivatives must not be divided by
                    double typical = 0.1 * Math.Sqrt(gradients[o][lane].Sum(g => g * g) / size);
                    double scale = Math.Max(Math.Max(Math.Abs(came), Math.Abs(fine)), typical);
                    bool jumps = !(Math.Abs(coarse - fine) <= (s.Smooth * scale) + (4 * noise))
                        || !(Math.Abs(right - left) <= (s.Corner * scale) + (8 * noise));
                    if (jumps && !double.IsNaN(came))
                    {
                        aside++;
                        continue;
                    }
                    smooth++;
                    double error = Math.Abs(came - fine);
                    if (error <= (s.Tolerance * scale) + (4 * noise)) continue;
                    double relative = error / scale;
                    wrong[o] = relative > wrong[o].Worst || wrong[o].Count == 0
                        ? (wrong[o].Count + 1, relative, came, fine)
                        : wrong[o] with { Count = wrong[o].Count + 1 };
                }
            }

            double[][] Values(int times) =>
            [
                .. map(along * (times * s.Step)).Select((o, i) => Numbers((o.Value * weights[i]).sum(1))),
            ];
        }
        for (int o = 0; o < outputs.Length; o++)
        {
            var (count, worst, came, expected) = wrong[o];
            findings.Require(
                count == 0,
                $"{what}: derivative of the {outputs[o].Name} by the {input}",
                $"{Findings.Text(came)} where differences give {Findings.Text(expected)}, and {count - 1} more"
                + (double.IsFinite(worst) ? $", the worst off by {worst:P1}," : ""),
                $"relative errors below {Findings.Text(s.Tolerance)}",
                came == 0 ? Detached : null);
        }
    }

    private static double[][] Gradient(Tensor output, Tensor weight, Tensor leaf)
    {
        int lanes = (int)leaf.shape[0], size = (int)leaf.shape[1];
        if (!output.requires_grad) return [.. Enumerable.Range(0, lanes).Select(_ => new double[size])];
        Backward.Run([output], [weight.expand_as(output).contiguous()], [leaf], retainGraph: true);
        double[] all = leaf.grad is { } gradient ? Numbers(gradient) : new double[lanes * size];
        using var noGrad = torch.no_grad();
        leaf.grad?.zero_();
        return [.. all.Chunk(size)];
    }

    // per lane: some single coordinates and some dense directions
    private static IEnumerable<double[][]> Directions(Random random, int lanes, int size)
    {
        for (int k = 0; k < Dense + Math.Min(size, Coordinates); k++)
        {
            yield return
            [
                .. Enumerable.Range(0, lanes).Select(lane => Enumerable.Range(0, size).Select(i =>
                    k < Dense ? (random.NextDouble() * 2) - 1 : i == (lane + k) % size ? 1.0 : 0.0).ToArray()),
            ];
        }
    }

    private static double[] Numbers(Tensor tensor) =>
        tensor.detach().to(torch.ScalarType.Float64).contiguous().data<double>().ToArray();
}
