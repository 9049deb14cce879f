using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>
/// A sequential permutation test of several arms (AdaStop, Mathieu et al. 2023, arXiv 2306.10882). The seeds are looked
/// at in groups; after each group, a pair of arms is decided or waits for the next one. The probability that any two
/// arms with the same distribution of returns are called different stays below a level, whatever the distribution, and
/// whoever stops once all pairs are decided keeps it.
/// </summary>
internal static class SequentialTest
{
    /// <summary>The probability that is allowed for a wrong decision.</summary>
    public const double Level = 0.05;

    /// <summary>With fewer seeds, no order of the returns is unlikely enough.</summary>
    public const int FewestSeeds = 4;

    private const int GroupSize = 5, Permutations = 10_000;

    /// <summary>Decides about all pairs of arms.</summary>
    /// <param name="values">
    /// Per arm and stratum the values in the order of the seeds, all of the same number; strata are never mixed.
    /// </param>
    /// <param name="planned">Number of seeds at which the test ends.</param>
    /// <param name="seed">Seed of the permutations; the same seed gives the same decisions.</param>
    /// <returns>One decision per pair, the first arm's index below the second one's.</returns>
    public static List<PairDecision> Decide(IReadOnlyList<double[][]> values, int planned, ulong seed = 0)
    {
        int done = values[0][0].Length;
        int size = GroupOf(planned), groups = planned / size;
        var pairs = new List<Pair>();
        for (int x = 0; x < values.Count; x++)
        {
            for (int y = x + 1; y < values.Count; y++) pairs.Add(new Pair(x, y, new double[Permutations]));
        }
        var random = new SplitMix(seed);
        // permutations in which a true hypothesis would have been given up before
        var spent = new bool[Permutations];
        for (int k = 0; k < groups && (k + 1) * size <= done; k++)
        {
            foreach (var pair in pairs) pair.Observe(values, k * size, size);
            Permute(values, pairs, k * size, size, random);
            // one less, for the returns as they are: they are a permutation, too
            int allowed = (int)(Level * (k + 1) / groups * (Permutations + 1)) - 1;
            var open = pairs.FindAll(p => p.Sign == 0);
            while (open.Count > 0)
            {
                double threshold = Threshold(open, spent, allowed);
                var largest = open.MaxBy(p => Math.Abs(p.Observed))!;
                if (!(Math.Abs(largest.Observed) > threshold))
                {
                    for (int r = 0; r < Permutations; r++)
                        spent[r] |= open.Exists(p => Math.Abs(p.Permuted[r]) > threshold);
                    break;
                }
                largest.Sign = Math.Sign(largest.Observed);
                largest.Seeds = (k + 1) * size;
                open.Remove(largest);
            }
        }
        return pairs.ConvertAll(p => new PairDecision(p.X, p.Y, p.Sign, p.Sign == 0 ? done : p.Seeds));
    }

    /// <summary>The number of seeds in a group, if so many are planned: few seeds are one group.</summary>
    public static int GroupOf(int planned) => planned >= 2 * GroupSize ? GroupSize : planned;

    /// <summary>
    /// Adds the group's permuted differences of all pairs. A permutation exchanges the same places in every pair.
    /// </summary>
    private static void Permute(
        IReadOnlyList<double[][]> values, List<Pair> pairs, int first, int size, SplitMix random)
    {
        int[] places = [.. Enumerable.Range(0, 2 * size)];
        for (int r = 0; r < Permutations; r++)
        {
            for (int stratum = 0; stratum < values[0].Length; stratum++)
            {
                for (int i = 0; i < size; i++)
                {
                    int j = i + random.Below(places.Length - i);
                    (places[i], places[j]) = (places[j], places[i]);
                }
                foreach (var pair in pairs)
                {
                    double[] x = values[pair.X][stratum], y = values[pair.Y][stratum];
                    double sum = 0;
                    for (int i = 0; i < places.Length; i++)
                    {
                        int place = places[i];
                        double value = place < size ? x[first + place] : y[first + place - size];
                        sum += i < size ? value : -value;
                    }
                    pair.Permuted[r] += sum;
                }
            }
        }
    }

    /// <summary>The smallest difference that no more permutations exceed than are allowed.</summary>
    private static double Threshold(List<Pair> open, bool[] spent, int allowed)
    {
        var largest = new double[Permutations];
        for (int r = 0; r < Permutations; r++)
        {
            if (spent[r])
            {
                largest[r] = double.PositiveInfinity;
                continue;
            }
            foreach (var pair in open) largest[r] = Math.Max(largest[r], Math.Abs(pair.Permuted[r]));
        }
        Array.Sort(largest);
        return largest[Permutations - 1 - allowed];
    }

    private sealed class Pair(int x, int y, double[] permuted)
    {
        public int X => x;

        public int Y => y;

        /// <summary>The permuted differences, summed over the groups so far.</summary>
        public double[] Permuted => permuted;

        /// <summary>The difference as it is, summed over the groups so far.</summary>
        public double Observed { get; private set; }

        public int Sign { get; set; }

        public int Seeds { get; set; }

        public void Observe(IReadOnlyList<double[][]> values, int first, int size)
        {
            for (int stratum = 0; stratum < values[x].Length; stratum++)
            {
                Observed += values[x][stratum].AsSpan(first, size).ToArray().Sum()
                    - values[y][stratum].AsSpan(first, size).ToArray().Sum();
            }
        }
    }
}
