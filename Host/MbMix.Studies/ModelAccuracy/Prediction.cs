namespace MbMix.Studies.ModelAccuracy;

/// <summary>Errors of a model over the number of steps ahead; entry k is after k + 1 steps.</summary>
/// <param name="State">
/// Root mean squared error of the state, each component in units of its spread over the held-out states.
/// </param>
/// <param name="Derivative">
/// Median over trajectories of |v·(dS^_k/dS_0 - dS_k/dS_0)| / |v·dS_k/dS_0| for random v, in the same units; NaN where
/// it was not computed.
/// </param>
/// <param name="Cosine">Mean cosine between the two derivatives; NaN where it was not computed.</param>
internal sealed record Prediction(double[] State, double[] Derivative, double[] Cosine)
{
    /// <summary>
    /// Predicts held-out trajectories from nothing but their first states and their actions, and computes the errors.
    /// </summary>
    /// <param name="env">The environment of the trajectories.</param>
    /// <param name="model">The model to evaluate.</param>
    /// <param name="motion">Held-out trajectories; steps after the end of an episode are left out.</param>
    /// <param name="seed">Seed of the directions v.</param>
    public static Prediction Of(IDifferentiableEnv env, IDynamicsModel model, RandomMotion motion, long seed)
    {
        using var scope = torch.NewDisposeScope();
        var chart = env.Chart;
        int steps = motion.States.Length, lanes = motion.Flags.Lanes;
        var start = motion.States[0];
        Tensor spread;
        using (torch.no_grad())
        {
            var about = start[0].unsqueeze(0).expand(steps * lanes, start.shape[1]);
            spread = chart.Difference(about, torch.cat(motion.Next))
                .std([0L], unbiased: false, keepdim: false)
                .clamp_min(1e-6);
        }
        Tensor zero = torch.zeros([lanes, chart.TangentSize], dtype: start.dtype),
            trueLeaf = zero.clone().requires_grad_(true), modelLeaf = zero.clone().requires_grad_(true);
        Tensor truth = chart.Integrate(start, trueLeaf), predicted = chart.Integrate(start, modelLeaf);
        var running = new bool[lanes];
        Array.Fill(running, true);
        var random = new CounterRandom(seed, "study/probes");
        var result = new Prediction(new double[steps], new double[steps], new double[steps]);
        for (int t = 0; t < steps; t++)
        {
            truth = env.Step(truth, motion.Actions[t]).NextState;
            predicted = model.Predict(predicted, motion.Actions[t]);
            for (int b = 0; b < lanes; b++) running[b] &= motion.Flags.Valid[(t * lanes) + b];
            float[] error = Rows(((chart.Difference(truth, predicted).detach() / spread).square()).mean([1L]));
            result.State[t] = Math.Sqrt(Mean(error, running));
            (result.Derivative[t], result.Cosine[t]) = (double.NaN, double.NaN);

            // derivatives only at powers of two and at the end, because each takes a backward pass through all earlier
            // steps
            if (System.Numerics.BitOperations.IsPow2(t + 1) || t == steps - 1)
            {
                Tensor v;
                using (torch.no_grad()) v = random.NormalTensor(t, lanes, chart.TangentSize).to(start.dtype) / spread;
                var g = Pullback(chart, truth, trueLeaf, v) * spread;
                var m = Pullback(chart, predicted, modelLeaf, v) * spread;
                float[] size = Rows(g.square().sum(1).sqrt()), off = Rows((m - g).square().sum(1).sqrt());
                float[] cosine = Rows((m * g).sum(1) / (m.square().sum(1).sqrt() * g.square().sum(1).sqrt()));
                double[] relative =
                [
                    .. Enumerable.Range(0, lanes)
                        .Where(b => running[b] && size[b] > 0 && float.IsFinite(size[b]))
                        .Select(b => (double)off[b] / size[b]),
                ];
                result.Derivative[t] = Statistics.Median(relative);
                result.Cosine[t] = Mean(cosine, running);
            }

            // the environment steps on from the end of an episode as if nothing had happened, so ignore those steps
            for (int b = 0; b < lanes; b++) running[b] &= !motion.Flags.Done[(t * lanes) + b];
        }
        return result;
    }

    private static Tensor Pullback(IStateChart chart, Tensor state, Tensor leaf, Tensor v)
    {
        leaf.grad?.zero_();
        Backward.Run([chart.Difference(state.detach(), state)], [v], [leaf], retainGraph: true);
        return leaf.grad!.detach().clone();
    }

    private static float[] Rows(Tensor tensor)
    {
        using var quiet = torch.no_grad();
        return tensor.detach().to(torch.ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    private static double Mean(float[] values, bool[] counted)
    {
        double[] taken = [.. values.Where((x, b) => counted[b] && float.IsFinite(x)).Select(x => (double)x)];
        return taken.Length == 0 ? double.NaN : taken.Average();
    }
}
