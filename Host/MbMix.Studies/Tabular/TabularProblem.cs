namespace MbMix.Studies.Tabular;

/// <summary>
/// A random Markov decision problem. Every action leads to a few states, and a few states give a reward. The start
/// state is uniformly distributed.
/// </summary>
internal sealed class TabularProblem
{
    private readonly (int State, double Probability)[][] successors;
    private readonly double[] rewards;

    public TabularProblem(TabularOptions options, long seed)
    {
        (States, Actions, Gamma) = (options.States, options.Actions, options.Gamma);
        var random = new CounterRandom(seed, "tabular/problem");
        successors = new (int, double)[States * Actions][];
        rewards = new double[States * Actions];
        var order = new int[States];
        int count = Math.Min(options.Successors, States);
        var weights = new float[count];
        for (int i = 0; i < successors.Length; i++)
        {
            random.Permutation(order, i);
            random.Uniform(weights, i, lane: 1);
            double sum = weights.Sum(w => (double)w + 1e-3);
            successors[i] = [.. order.Take(count).Select((s, k) => (s, (weights[k] + 1e-3) / sum))];
        }
        random.Permutation(order, -1);
        int rewarding = Math.Max(1, (int)Math.Round(options.Rewarding * States));
        foreach (int s in order.Take(rewarding))
        {
            for (int a = 0; a < Actions; a++) rewards[(s * Actions) + a] = 1;
        }
    }

    public int States { get; }

    public int Actions { get; }

    public double Gamma { get; }

    public double Reward(int state, int action) => rewards[(state * Actions) + action];

    /// <summary>Computes the expectation of a function of the next state.</summary>
    public double Next(int state, int action, ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var (s, p) in successors[(state * Actions) + action]) sum += p * values[s];
        return sum;
    }

    /// <summary>Advances a distribution over states by one step under a policy <c>[S, A]</c>.</summary>
    public double[] Propagate(ReadOnlySpan<double> distribution, ReadOnlySpan<double> policy)
    {
        var next = new double[States];
        for (int i = 0; i < successors.Length; i++)
        {
            double mass = distribution[i / Actions] * policy[i];
            foreach (var (s, p) in successors[i]) next[s] += mass * p;
        }
        return next;
    }

    /// <summary>
    /// Computes one Bellman backup: <c>sum_a pi (r + gamma V(s'))</c>, or the maximum over actions if there is no
    /// policy.
    /// </summary>
    public double[] Backup(ReadOnlySpan<double> values, double[]? policy)
    {
        var result = new double[States];
        for (int s = 0; s < States; s++)
        {
            double best = double.NegativeInfinity, mean = 0;
            for (int a = 0; a < Actions; a++)
            {
                double q = Reward(s, a) + (Gamma * Next(s, a, values));
                best = Math.Max(best, q);
                if (policy is not null) mean += policy[(s * Actions) + a] * q;
            }
            result[s] = policy is null ? best : mean;
        }
        return result;
    }

    /// <summary>Computes the values of a policy, or the optimal values if there is none, to 1e-10.</summary>
    public double[] Values(double[]? policy)
    {
        var values = new double[States];
        double change;
        do
        {
            var next = Backup(values, policy);
            change = next.Zip(values, (a, b) => Math.Abs(a - b)).Max();
            values = next;
        }
        while (change > 1e-10 * (1 - Gamma));
        return values;
    }
}
