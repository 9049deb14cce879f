namespace MbMix.TestKit;

/// <summary>The task can be learned: actions matter, observations tell something, numbers have a scale.</summary>
internal static class TaskChecks
{
    private const string Group = "task";
    private const int Lanes = 4, Steps = 40;

    // a return over 100 such steps has more digits than float32
    private const double LargestReward = 1e5;

    // the gradient of a smaller one is lost beside the smallest numbers that optimizers add
    private const double SmallestReward = 1e-6;

    // observations are whitened, but with statistics in float32
    private const double LargestObservation = 1e8;

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "effect of actions", "actions that change something",
            "Is every component of the action used in Step, and in the right unit?", f => Actions(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "scale of rewards", "rewards of a scale that can be learned from",
            "Rescale the reward: values of about 1 per step suit all algorithms.", f => Rewards(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "contents of observations", "observations that tell something of the state",
            "Return the state's components, in units in which they are about 1.", f => Observations(subject.Env, s, f));
    }

    private static void Actions(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        int size = env.Spec.Action.Size;
        // most actions show in any state; the others, such as those of a joint at its limit, get a second chance
        int[] without = Without(Enumerable.Range(0, size), 2);
        if (without.Length > 0) without = Without(without, 16);
        const string nothing = "no change of next state, observation, reward or termination between its bounds";
        if (without.Length == size)
        {
            string all = size == 1 ? $"action '{env.Spec.Action.Dimensions[0].Name}'" : "all actions together";
            findings.Require(false, all, nothing, "an effect");
            return;
        }
        foreach (int i in without)
            findings.Require(false, $"action '{env.Spec.Action.Dimensions[i].Name}'", nothing, "an effect");

        int[] Without(IEnumerable<int> components, int lanes)
        {
            var state = Probes.Various(env, lanes, s.Steps, new Random(5));
            return [.. components.Where(i => !Matters(state, i))];
        }

        bool Matters(Tensor state, int component)
        {
            using var scope = torch.NewDisposeScope();
            var unit = Probes.Uniform(new Random(6), (int)state.shape[0], size, 0.9);
            EnvStep low = At(-1), high = At(1);
            return !(Findings.SameBits(low.NextState, high.NextState)
                && Findings.SameBits(low.Observation, high.Observation)
                && Findings.SameBits(low.Reward, high.Reward) && Findings.SameBits(low.Terminated, high.Terminated));

            EnvStep At(double value)
            {
                var action = unit.clone();
                action.select(1, component).fill_(value);
                return env.Step(state, Probes.Scale(env, action));
            }
        }
    }

    private static void Rewards(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        findings.Require(
            env.Spec.EpisodeLength > 1, "length of an episode in Spec", $"{env.Spec.EpisodeLength}", "2 or more steps",
            "After a single step there is nothing to plan for.");
        var (rewards, _) = Played(env, s);
        double largest = Findings.Largest(rewards.abs()), least = -Findings.Largest(-rewards);
        findings.Note = FormattableString.Invariant($"{least:G3} to {Findings.Largest(rewards):G3} in random play");
        findings.Require(
            largest <= LargestReward, "largest reward of a step in random play", Findings.Text(largest),
            $"at most {Findings.Text(LargestReward)}, beyond which float32 loses what returns differ by");
        findings.Require(
            largest == 0 || largest >= SmallestReward, "largest reward of a step in random play",
            Findings.Text(largest), $"at least {Findings.Text(SmallestReward)}, below which gradients vanish");
    }

    private static void Observations(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        var (_, seen) = Played(env, s);
        double largest = Findings.Largest(seen.abs());
        findings.Require(
            largest <= LargestObservation, "largest component of an observation in random play",
            Findings.Text(largest), $"at most {Findings.Text(LargestObservation)}");
        var still = seen.eq(seen.narrow(0, 0, 1)).all(0);
        var names = env.Spec.Observation.Dimensions.Where((_, i) => still[i].item<bool>()).Select(d => d.Name).ToList();
        // a sensor that nothing has touched yet is constant too
        findings.Require(
            names.Count < env.Spec.Observation.Size, "observations of random play",
            "the same one in all lanes and steps", "observations that depend on the state");
        if (names.Count > 0) findings.Note = $"constant in random play: {string.Join(", ", names.Take(5))}";
    }

    /// <summary>Rewards and observations, a row each, of lanes that start over when their episode ends.</summary>
    private static (Tensor Rewards, Tensor Observations) Played(IDifferentiableEnv env, EnvironmentSettings s)
    {
        using var scope = torch.NewDisposeScope();
        var random = new CounterRandom(s.Seed, "task");
        var (rewards, seen) = (new List<Tensor>(), new List<Tensor>());
        var state = Probes.Starts(env, Lanes, s.Seed);
        for (int t = 0; t < Steps; t++)
        {
            var unit = (random.UniformTensor(t, Lanes, env.Spec.Action.Size) * 2) - 1;
            var step = env.Step(state, Probes.Scale(env, unit));
            var valid = step.Fault.eq(0);
            rewards.Add(step.Reward[valid]);
            seen.Add(step.Observation[valid]);
            LaneKey[] keys = [.. Enumerable.Range(0, Lanes).Select(lane => new LaneKey(s.Seed, lane, t + 1))];
            var restart = (step.Terminated | valid.logical_not()).unsqueeze(1);
            state = torch.where(restart, env.Reset(keys), step.NextState);
        }
        Tensor allRewards = torch.cat([.. rewards], 0), allSeen = torch.cat([.. seen], 0);
        return (allRewards.MoveToOuterDisposeScope(), allSeen.MoveToOuterDisposeScope());
    }
}
