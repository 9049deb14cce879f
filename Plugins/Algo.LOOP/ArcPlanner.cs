using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.LOOP;

/// <summary>
/// Actor regularized control (Sikchi et al., CoRL 2021, arXiv 2008.10066): plans H actions in all environments at once,
/// by sampling around the plan of the step before. What keeps it near the actor is that the actor's own sequences are
/// among the candidates, and that candidates are weighted by their scores instead of sorted out.
/// </summary>
/// <remarks>
/// <code>
/// shift the plan by one step; variance = 1/4
/// repeat K times
///   candidates: M draws around the plan, cut off at two deviations, and the actor's sequences
///   score = mean over elites and particles of sum_{i &lt; H-1} gamma^i r_i + gamma^(H-1) Q(o_{H-1}, a_{H-1})
///   w = softmax(kappa score); plan = sum w a; variance = alpha variance + (1 - alpha) sum w (a - plan)^2
/// act with the first action of one candidate, drawn with probability w, and keep that candidate as the plan
/// </code>
/// A particle stays with one member of the ensemble, and counts nothing after it has reached an end of the task.
/// </remarks>
internal sealed class ArcPlanner(
    LoopOptions options, IPredictiveEnv env, PlanningModel model, int lanes, long seed) : ICheckpointed
{
    // a uniform number in [-1, 1] times this, through the inverse error function, is a normal one cut off at +-2
    private const double InsideTwoDeviations = 0.954499736103642;

    private readonly int horizon = options.PlanHorizon, actions = env.Spec.Action.Size;
    private readonly int sampled = options.PlanCandidates, count = options.PlanCandidates + options.ActorCandidates;
    private readonly float[] plan = new float[lanes * options.PlanHorizon * env.Spec.Action.Size];
    private readonly float[] variance = new float[options.PlanHorizon * env.Spec.Action.Size * lanes];
    private readonly CounterRandom samples = new(seed, "loop/plan/samples"), choices = new(seed, "loop/plan/choices");
    private readonly CounterRandom modelNoise = new(seed, "loop/plan/model");
    private readonly CounterRandom actorNoise = new(seed, "loop/plan/actor"), members = new(seed, "loop/plan/members");

    /// <summary>Index of the first lane in the random streams: lane b draws what lane FirstLane + b draws.</summary>
    public int FirstLane { get; init; }

    /// <summary>Number of steps predicted by the model.</summary>
    public long ModelSteps { get; private set; }

    /// <summary>Weight of the actor's sequences in the last round, averaged over the lanes.</summary>
    public double ActorWeight { get; private set; }

    /// <summary>Mean score of the last round's candidates, weighted, averaged over the lanes.</summary>
    public double Score { get; private set; }

    private int PlanSize => horizon * actions;

    /// <summary>Plans, and returns the actions to take.</summary>
    /// <param name="state">State <c>[N, S]</c>.</param>
    /// <param name="observation">Observation <c>[N, O]</c>, raw.</param>
    /// <param name="guides">Actor and critic.</param>
    /// <param name="counter">Number of the plan, which selects its random numbers.</param>
    /// <param name="explore">
    /// Whether to act with one candidate, as training does; otherwise with the plan, their weighted mean.
    /// </param>
    /// <returns>Actions in [-1, 1] <c>[N, A]</c>; the caller owns them.</returns>
    public Tensor Act(Tensor state, Tensor observation, ArcGuides guides, long counter, bool explore = true)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        for (int b = 0; b < lanes; b++) Shift(Plan(b), actions);
        // a quarter of the bounds' distance as deviation
        Array.Fill(variance, 0.25f);
        var candidates = new float[lanes * count * PlanSize];
        var weights = new double[lanes * count];
        AddActor(state, observation, guides, counter, candidates);
        for (int i = 0; i < options.PlanIterations; i++)
        {
            using var round = torch.NewDisposeScope();
            long draw = (counter * options.PlanIterations) + i;
            Sample(draw, candidates);
            var scores = Scores(state, observation, candidates, count, guides, draw);
            Improve(candidates, scores, weights);
        }
        if (explore) Choose(counter, candidates, weights);
        var action = TensorSpans.Empty(lanes, actions);
        for (int b = 0; b < lanes; b++) Plan(b)[..actions].CopyTo(action.Values<float>()[(b * actions)..]);
        return action.MoveToOuterDisposeScope();
    }

    /// <summary>Forgets the plan of a lane whose episode has ended.</summary>
    public void Restart(int lane) => Plan(lane).Clear();

    /// <summary>Computes the score of action sequences.</summary>
    /// <param name="state">State <c>[N, S]</c>.</param>
    /// <param name="observation">Observation <c>[N, O]</c>, raw.</param>
    /// <param name="candidates">Sequences <c>[N, C, H, A]</c>, actions in [-1, 1].</param>
    /// <param name="each">Number C of sequences per lane.</param>
    /// <param name="guides">Actor and critic.</param>
    /// <param name="draw">Number of the draw of the model's noise.</param>
    /// <returns>Scores <c>[N, C]</c>.</returns>
    internal float[] Scores(
        Tensor state, Tensor observation, float[] candidates, int each, ArcGuides guides, long draw)
    {
        long[] elites = [.. model.Elites.Select(m => (long)m)];
        int perCandidate = options.PlanParticles * elites.Length, rows = lanes * each * perCandidate;
        using var member = torch.tensor(elites).repeat(rows / elites.Length);
        Tensor s = state.repeat_interleave(each * perCandidate, 0);
        Tensor o = observation.repeat_interleave(each * perCandidate, 0);
        Tensor sum = torch.zeros(rows), alive = torch.ones(rows, torch.ScalarType.Bool);
        double discount = 1;
        for (int i = 0; i < horizon; i++, discount *= options.Gamma)
        {
            var action = Actions(candidates, each, i).repeat_interleave(perCandidate, 0);
            if (i == horizon - 1)
            {
                sum += Counted(guides.Value(o, action) * discount);
                break;
            }
            var given = guides.ToEnvironment(action).to(s.dtype);
            var next = model.Sample(s, given, member, Noise(modelNoise, (draw * horizon) + i, rows / lanes));
            var outcome = env.Evaluate(s, given, next);
            ModelSteps += rows;
            sum += Counted(outcome.Reward.to(torch.ScalarType.Float32) * (options.RewardScale * discount));
            alive = alive.logical_and(outcome.Terminated.logical_not());
            // what lies behind an end is not predicted further
            s = torch.where(alive.unsqueeze(1), next, s);
            o = torch.where(alive.unsqueeze(1), outcome.Observation.to(torch.ScalarType.Float32), o);
        }
        return sum.view(lanes * each, perCandidate).mean([1]).Values<float>().ToArray();

        Tensor Counted(Tensor value) => torch.where(alive, value, torch.zeros_like(value));
    }

    /// <summary>
    /// Computes the weights softmax(kappa score). A score that is not finite has no weight, unless none is finite.
    /// </summary>
    /// <param name="scores">Scores, one per candidate.</param>
    /// <param name="kappa">Factor of the scores.</param>
    /// <param name="normalize">Whether scores are divided by their standard deviation.</param>
    /// <param name="weights">Receives the weights, whose sum is 1.</param>
    internal static void Weights(ReadOnlySpan<float> scores, double kappa, bool normalize, Span<double> weights)
    {
        double best = double.NegativeInfinity, mean = 0, square = 0;
        int finite = 0;
        foreach (float score in scores)
        {
            if (!float.IsFinite(score)) continue;
            best = Math.Max(best, score);
            finite++;
            double step = score - mean;
            mean += step / finite;
            square += step * (score - mean);
        }
        double deviation = Math.Sqrt(square / Math.Max(finite, 1));
        double scale = normalize && deviation > 0 ? kappa / deviation : kappa;
        double sum = 0;
        for (int c = 0; c < scores.Length; c++)
        {
            weights[c] = finite == 0 ? 1 : float.IsFinite(scores[c]) ? Math.Exp(scale * (scores[c] - best)) : 0;
            sum += weights[c];
        }
        foreach (ref double w in weights) w /= sum;
    }

    /// <summary>Moves a plan on by one step; the last action stays.</summary>
    /// <param name="plan">Plan <c>[H, A]</c>.</param>
    /// <param name="actions">Number A of action components.</param>
    internal static void Shift(Span<float> plan, int actions) => plan[actions..].CopyTo(plan);

    /// <summary>
    /// Limits a variance so that two deviations stay within [-1, 1].
    /// </summary>
    internal static float Limit(float mean, float variance)
    {
        float below = (mean + 1) / 2, above = (1 - mean) / 2;
        return Math.Min(variance, Math.Min(below * below, above * above));
    }

    /// <summary>Moves a plan to the weighted mean of candidates, and its variance towards theirs.</summary>
    /// <param name="candidates">Candidates <c>[C, H A]</c>.</param>
    /// <param name="weights">Weights <c>[C]</c>.</param>
    /// <param name="kept">Share of the variance that is kept.</param>
    /// <param name="plan">The plan <c>[H A]</c>.</param>
    /// <param name="variance">Its variance <c>[H A]</c>.</param>
    internal static void Update(
        ReadOnlySpan<float> candidates, ReadOnlySpan<double> weights, double kept, Span<float> plan,
        Span<float> variance)
    {
        for (int j = 0; j < plan.Length; j++)
        {
            double mean = 0, spread = 0;
            for (int c = 0; c < weights.Length; c++) mean += weights[c] * candidates[(c * plan.Length) + j];
            for (int c = 0; c < weights.Length; c++)
            {
                double distance = candidates[(c * plan.Length) + j] - mean;
                spread += weights[c] * distance * distance;
            }
            plan[j] = (float)Math.Clamp(mean, -1, 1);
            variance[j] = (float)((kept * variance[j]) + ((1 - kept) * spread));
        }
    }

    /// <summary>Draws an index with probabilities in proportion to weights.</summary>
    /// <param name="weights">Weights whose sum is 1.</param>
    /// <param name="uniform">A uniform number in [0, 1).</param>
    internal static int Choose(ReadOnlySpan<double> weights, float uniform)
    {
        int last = 0;
        double sum = 0;
        for (int c = 0; c < weights.Length; c++)
        {
            if (weights[c] == 0) continue;
            (last, sum) = (c, sum + weights[c]);
            if (uniform < sum) break;
        }
        return last;
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write<float>("plan", plan);
        writer.Write<long>("steps", [ModelSteps]);
    }

    public void Load(ICheckpointReader reader)
    {
        reader.Read<float>("plan").CopyTo(plan, 0);
        ModelSteps = reader.Read<long>("steps")[0];
    }

    private Span<float> Plan(int lane) => plan.AsSpan(lane * PlanSize, PlanSize);

    // the actor's sequences, behind the places of the sampled ones; they are the same in every round
    private void AddActor(Tensor state, Tensor observation, ArcGuides guides, long counter, float[] candidates)
    {
        int each = count - sampled, rows = lanes * each;
        if (each == 0) return;
        Tensor s = state.repeat_interleave(each, 0), o = observation.repeat_interleave(each, 0);
        for (int i = 0; i < horizon; i++)
        {
            using var action = guides.Policy(o).nan_to_num();
            var values = action.Values<float>();
            for (int r = 0; r < rows; r++)
            {
                int place = ((r / each) * count) + sampled + (r % each);
                values.Slice(r * actions, actions).CopyTo(candidates.AsSpan((place * PlanSize) + (i * actions)));
            }
            if (i == horizon - 1) return;
            long draw = (counter * horizon) + i;
            var given = guides.ToEnvironment(action).to(s.dtype);
            var next = model.Sample(s, given, RandomElites(draw, each), Noise(actorNoise, draw, each));
            o = env.Evaluate(s, given, next).Observation.to(torch.ScalarType.Float32);
            s = next;
            ModelSteps += rows;
        }
    }

    private void Sample(long draw, float[] candidates)
    {
        int size = sampled * PlanSize;
        using var uniform = TensorSpans.Empty(lanes, size);
        for (int b = 0; b < lanes; b++)
            samples.Uniform(uniform.Values<float>().Slice(b * size, size), draw, FirstLane + b);
        // open at both ends, because the inverse error function is infinite at 1
        using var normal = ((uniform * 2) - 1).mul_(InsideTwoDeviations).erfinv_().mul_(Math.Sqrt(2));
        var z = normal.Values<float>();
        for (int b = 0; b < lanes; b++)
        {
            var mean = Plan(b);
            for (int c = 0; c < sampled; c++)
            {
                var candidate = candidates.AsSpan(((b * count) + c) * PlanSize, PlanSize);
                var draws = z.Slice((b * size) + (c * PlanSize), PlanSize);
                for (int j = 0; j < PlanSize; j++)
                {
                    float deviation = MathF.Sqrt(Limit(mean[j], variance[(b * PlanSize) + j]));
                    candidate[j] = Math.Clamp(mean[j] + (deviation * draws[j]), -1, 1);
                }
            }
        }
    }

    private void Improve(float[] candidates, float[] scores, double[] weights)
    {
        (ActorWeight, Score) = (0, 0);
        for (int b = 0; b < lanes; b++)
        {
            var own = weights.AsSpan(b * count, count);
            var score = scores.AsSpan(b * count, count);
            Weights(score, options.Kappa, options.NormalizeScores, own);
            Update(
                candidates.AsSpan(b * count * PlanSize, count * PlanSize), own, options.VarianceKept, Plan(b),
                variance.AsSpan(b * PlanSize, PlanSize));
            for (int c = sampled; c < count; c++) ActorWeight += own[c] / lanes;
            for (int c = 0; c < count; c++) Score += own[c] > 0 ? own[c] * score[c] / lanes : 0;
        }
    }

    private void Choose(long counter, float[] candidates, double[] weights)
    {
        Span<float> uniform = stackalloc float[1];
        for (int b = 0; b < lanes; b++)
        {
            choices.Uniform(uniform, counter, FirstLane + b);
            int chosen = Choose(weights.AsSpan(b * count, count), uniform[0]);
            candidates.AsSpan(((b * count) + chosen) * PlanSize, PlanSize).CopyTo(Plan(b));
        }
    }

    // the actions of one step of all sequences
    private Tensor Actions(float[] candidates, int each, int step)
    {
        var action = TensorSpans.Empty(lanes * each, actions);
        var values = action.Values<float>();
        for (int r = 0; r < lanes * each; r++)
            candidates.AsSpan((r * PlanSize) + (step * actions), actions).CopyTo(values[(r * actions)..]);
        return action;
    }

    // normal numbers of all lanes, each from its own stream
    private Tensor Noise(CounterRandom random, long counter, int rowsPerLane)
    {
        int size = rowsPerLane * env.Chart.TangentSize;
        var noise = TensorSpans.Empty(lanes * rowsPerLane, env.Chart.TangentSize);
        for (int b = 0; b < lanes; b++)
            random.Normal(noise.Values<float>().Slice(b * size, size), counter, FirstLane + b);
        return noise;
    }

    private Tensor RandomElites(long counter, int rowsPerLane)
    {
        var elites = model.Elites;
        var uniform = new float[rowsPerLane];
        var chosen = new long[lanes * rowsPerLane];
        for (int b = 0; b < lanes; b++)
        {
            members.Uniform(uniform, counter, FirstLane + b);
            for (int r = 0; r < rowsPerLane; r++)
                chosen[(b * rowsPerLane) + r] = elites[(int)(uniform[r] * elites.Count)];
        }
        return torch.tensor(chosen);
    }
}
