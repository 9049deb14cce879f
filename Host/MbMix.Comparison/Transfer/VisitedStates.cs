using MbMix.Hosting;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Comparison;

/// <summary>Collects states that the deterministic policy visits, with the actions that it takes there.</summary>
internal static class VisitedStates
{
    /// <summary>Rolls the policy and picks states evenly from all steps of all episodes.</summary>
    /// <param name="env">The environment to visit.</param>
    /// <param name="policy">The policy that acts.</param>
    /// <param name="episodes">Number of episodes to roll.</param>
    /// <param name="seed">Seed of the start states.</param>
    /// <param name="count">
    /// Number of states wanted; fewer are returned if all episodes together have fewer steps.
    /// </param>
    /// <returns>States <c>[M, S]</c> and actions <c>[M, A]</c>; the caller owns them.</returns>
    public static (Tensor States, Tensor Actions) Collect(
        IDifferentiableEnv env, IPolicy policy, int episodes, long seed, int count)
    {
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var acting = new PolicyLanes(policy, episodes);
        List<Tensor> states = [], actions = [];
        var state = env.Reset(Evaluator.StartKeys(seed, episodes));
        var observation = env.Observe(state, torch.zeros([episodes, env.Spec.Action.Size], env.Spec.StateType));
        var running = torch.ones([episodes], torch.ScalarType.Bool);
        for (int t = 0; t < env.Spec.EpisodeLength && running.any().item<bool>(); t++)
        {
            var action = acting.Act(observation).to(env.Spec.StateType);
            using var step = env.Step(state, action);
            var fine = running & (step.Fault == FaultCode.None) & step.Reward.isfinite()
                & step.NextState.isfinite().all(1) & step.Observation.isfinite().all(1);
            states.Add(state[fine]);
            actions.Add(action[fine]);
            running = fine & step.Terminated.logical_not();
            state = step.NextState.nan_to_num(0, 0, 0);
            observation = step.Observation.nan_to_num(0, 0, 0);
        }
        Tensor allStates = torch.cat([.. states]), allActions = torch.cat([.. actions]);
        long there = allStates.shape[0];
        if (there == 0)
            throw new MbMixException(
                $"{env.Spec.Id}: every episode failed in its first step, so there are no visited states to compare "
                + "at.");
        count = (int)Math.Min(count, there);
        using var chosen = torch.tensor(
            Enumerable.Range(0, count).Select(i => (long)((i + 0.5) * there / count)).ToArray());
        return (
            allStates.index_select(0, chosen).MoveToOuterDisposeScope(),
            allActions.index_select(0, chosen).MoveToOuterDisposeScope());
    }
}
