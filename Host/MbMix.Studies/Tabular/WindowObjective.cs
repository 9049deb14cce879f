namespace MbMix.Studies.Tabular;

/// <summary>
/// Computes the objective of a softmax policy on a tabular problem, averaged over window lengths, with its exact
/// gradient. The expectation over states and actions is computed by recursion. lambda = 1 is a single window of H
/// steps.
/// </summary>
/// <remarks>
/// Let <c>q_t = r + gamma E[(1 - lambda) V + lambda v_t+1]</c>, or <c>r + gamma E V</c> at the last step, and
/// <c>v_t = sum_a pi q_t</c>. The objective is the mean of v_0. Its gradient is
/// <c>sum_t (gamma lambda)^t d_t(s) pi(a|s) (q_t - v_t)</c>, where d_t is the distribution of states after t steps. V
/// is held fixed.
/// </remarks>
internal static class WindowObjective
{
    /// <summary>Computes the objective and its gradient with respect to the logits <c>[S, A]</c>.</summary>
    public static (double Value, double[] Gradient) Evaluate(
        TabularProblem problem, double[] logits, double[] values, int horizon, double lambda)
    {
        int states = problem.States, actions = problem.Actions;
        double[] policy = Softmax(logits, actions);
        var q = new double[horizon][];
        var v = new double[horizon + 1][];
        for (int t = horizon - 1; t >= 0; t--)
        {
            var tail = t == horizon - 1
                ? values
                : [.. values.Select((x, s) => ((1 - lambda) * x) + (lambda * v[t + 1][s]))];
            (q[t], v[t]) = (new double[states * actions], new double[states]);
            for (int i = 0; i < q[t].Length; i++)
            {
                var (state, action) = (i / actions, i % actions);
                q[t][i] = problem.Reward(state, action) + (problem.Gamma * problem.Next(state, action, tail));
                v[t][i / actions] += policy[i] * q[t][i];
            }
        }
        var gradient = new double[logits.Length];
        double[] distribution = [.. Enumerable.Repeat(1.0 / states, states)];
        double weight = 1, value = v[0].Average();
        for (int t = 0; t < horizon && weight > 0; t++)
        {
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += weight * distribution[i / actions] * policy[i] * (q[t][i] - v[t][i / actions]);
            distribution = problem.Propagate(distribution, policy);
            weight *= problem.Gamma * lambda;
        }
        return (value, gradient);
    }

    public static double[] Softmax(double[] logits, int actions)
    {
        var policy = new double[logits.Length];
        for (int s = 0; s < logits.Length; s += actions)
        {
            double top = logits.AsSpan(s, actions).ToArray().Max(), sum = 0;
            for (int a = s; a < s + actions; a++) sum += policy[a] = Math.Exp(logits[a] - top);
            for (int a = s; a < s + actions; a++) policy[a] /= sum;
        }
        return policy;
    }
}
