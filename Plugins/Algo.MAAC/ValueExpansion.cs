using MbMix.Learning;
using TorchSharp;

namespace MbMix.Algo.MAAC;

/// <summary>
/// Targets of the critics that look some model steps ahead and weight the numbers of steps by how sure they are
/// (stochastic ensemble value expansion, Buckman et al. 2018, arXiv 1807.01675). The candidates for each number of
/// steps come from every member of the ensemble and each critic; with the smaller of the critics' values instead, the
/// target without model steps would have no variance and hence all the weight.
/// </summary>
internal static class ValueExpansion
{
    private const double Smallest = 1e-8;

    /// <summary>
    /// The target <c>sum_h w_h mean(y_h)</c> with <c>w_h</c> proportional to <c>1 / (variance(y_h) + 1e-8)</c>.
    /// </summary>
    /// <param name="means">Mean of the candidates with h steps, for each h, <c>[M]</c>.</param>
    /// <param name="variances">Their variance, <c>[M]</c>.</param>
    public static Tensor Combine(IReadOnlyList<Tensor> means, IReadOnlyList<Tensor> variances)
    {
        var weights = torch.stack(variances).add(Smallest).reciprocal();
        return (weights * torch.stack(means)).sum([0L]) / weights.sum([0L]);
    }

    /// <summary>
    /// Computes <c>y_h^(m,j) = r + sum_(i=1..h) gamma^i alive_i r_i + gamma^(h+1) alive_(h+1) (Q'_j(s_(h+1), a) -
    /// alpha log pi(a|s_(h+1)))</c> for each member m and critic j, and combines them.
    /// </summary>
    /// <param name="agent">Policy and critics.</param>
    /// <param name="dynamics">The model.</param>
    /// <param name="batch">M transitions with states.</param>
    /// <param name="normalize">Normalizes observations.</param>
    /// <param name="noise">Noise of the policy for step h and a number of rows.</param>
    /// <param name="options">Number of steps, discount and reward scale.</param>
    /// <returns>Targets <c>[M]</c>, without gradient history.</returns>
    public static Tensor Target(
        SoftActorCritic agent, PredictedDynamics dynamics, Transitions batch, Func<Tensor, Tensor> normalize,
        Func<int, long, Tensor> noise, MaacOptions options)
    {
        using var noGrad = torch.no_grad();
        long members = dynamics.Followed;
        List<Tensor> means = [], variances = [];
        var state = batch.NextState!.to(dynamics.Env.Spec.StateType).repeat(members, 1);
        var observation = normalize(batch.NextObservation).repeat(members, 1);
        var sum = (batch.Reward * options.RewardScale).repeat(members);
        var alive = (1 - batch.Terminated).repeat(members);
        double discount = options.Gamma;
        for (int h = 0; ; h++)
        {
            var (action, logProbability) = agent.Actor.FrozenSample(observation, noise(h, observation.size(0)));
            var pair = torch.cat([observation, action], 1);
            // all members agree about the target without a step
            var candidates = torch.stack([.. agent.Critics.Select(Candidate)]).view(-1, batch.Reward.size(0));
            means.Add(candidates.mean([0L]));
            variances.Add(candidates.var(0, unbiased: false));
            if (h == options.CriticHorizon) return Combine(means, variances);

            var taken = dynamics.Action(action);
            var next = dynamics.NextOfEach(state, taken);
            var outcome = dynamics.Env.Evaluate(state, taken, next);
            sum += discount * alive * outcome.Reward.to(torch.ScalarType.Float32) * options.RewardScale;
            alive *= 1 - outcome.Terminated.to(torch.ScalarType.Float32);
            discount *= options.Gamma;
            (state, observation) = (next, normalize(outcome.Observation.to(torch.ScalarType.Float32)));

            Tensor Candidate(ValueNetwork critic) =>
                sum + (discount * alive * (critic.TargetValue(pair) - (agent.Alpha * logProbability)));
        }
    }
}
