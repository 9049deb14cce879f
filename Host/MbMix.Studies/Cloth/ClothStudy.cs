namespace MbMix.Studies.Cloth;

/// <summary>
/// How cloth lies at the end of an episode: the last reward, which does not fade and has no bonus here, of the policies
/// of runs, of doing nothing, and of a script.
/// </summary>
internal static class ClothStudy
{
    private const string Score = "env.discounted=false", WithoutBonus = "env.pickBonus=false";

    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<ClothOptions>();
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(Environment.ProcessorCount);
        var rows = new List<object[]>();
        string[] names = options.Runs.Length > 0 ? RunNames.Of(options.Runs) : [];
        var tasks = new List<string>(options.Tasks);

        void Add(string name, string algorithm, string task, double[] last)
        {
            double mean = last.Average(), squares = last.Sum(x => (x - mean) * (x - mean));
            double error = Math.Sqrt(squares / (last.Length - 1) / last.Length);
            rows.Add([name, algorithm, task, last.Length, mean, error]);
            context.Table("cloth", "who,algorithm,task,episodes,last_reward,standard_error", rows);
            context.Say(FormattableString.Invariant($"{task}, {name}: last reward {mean:0.000}"));
        }

        foreach (var (run, name) in options.Runs.Zip(names))
        {
            using var policy = RunPolicy.Open(context.Sessions, RunFolder.Open(run), context.Say);
            string task = policy.Env.Spec.Id;
            RequireTask(task);
            string actions = policy.Env.Spec.Action.Dimensions[0].Low < 0 ? "published" : "points";
            using var env = context.Sessions.CreateEnvironment(
                task, [Score, WithoutBonus, "env.actions=" + actions], workers);
            using var lanes = new PolicyLanes(policy.Policy, options.Episodes);
            Add(name, policy.Algorithm, task, Last(env, options, (_, observation) => lanes.Act(observation)));
            if (options.Tasks.Length == 0 && !tasks.Contains(task)) tasks.Add(task);
        }
        foreach (string task in tasks.Count > 0 ? tasks : [.. ClothScripts.Pulls.Keys])
        {
            RequireTask(task);
            using var env = context.Sessions.CreateEnvironment(task, [Score, WithoutBonus], workers);
            var beside = Beside(options.Episodes, env.Spec);
            var script = Script(context, task, env.Spec, workers);
            Add("nothing", "none", task, Last(env, options, (_, _) => beside));
            Add("script", "none", task, Last(env, options, (t, observation) => script(t, observation) ?? beside));
        }
    }

    private static void RequireTask(string task)
    {
        if (ClothScripts.Pulls.ContainsKey(task)) return;
        throw new ConfigurationException(
            $"{OneLine.Value(task)} is not a task with cloth; known: {string.Join(", ", ClothScripts.Pulls.Keys)}.");
    }

    // a pull where no cloth is
    private static Tensor Beside(int lanes, EnvSpec spec) =>
        torch.tensor(new[] { 0.02, 0, 0.02, 0.04, 0, 0.04 }).to(spec.StateType).expand(lanes, 6).contiguous();

    /// <summary>The actions of the script, from the number of the step and the observation; null after its end.</summary>
    private static Func<int, Tensor, Tensor?> Script(
        StudyContext context, string task, EnvSpec spec, WorkerPool workers)
    {
        var pulls = ClothScripts.Pulls[task];
        using var flat = context.Sessions.CreateEnvironment(task, ["env.randomStart=false"], workers);
        using var state = flat.Reset([new LaneKey(0, 0, 0)]);
        using var none = torch.zeros([1, 6], spec.StateType);
        using var observation = flat.Observe(state, none).to(torch.ScalarType.Float64);
        var rest = observation.Values<double>()[..^8].ToArray();
        int[] picked = [.. pulls.Select(pull => Enumerable.Range(0, rest.Length / 3).MinBy(
            i => Math.Pow(rest[3 * i] - pull.X, 2) + Math.Pow(rest[(3 * i) + 2] - pull.Z, 2)))];
        return (t, now) =>
        {
            if (t >= pulls.Length) return null;
            var action = torch.zeros([now.shape[0], 6], spec.StateType);
            action.select(1, 0).copy_(now.select(1, 3 * picked[t]));
            action.select(1, 2).copy_(now.select(1, (3 * picked[t]) + 2));
            action.select(1, 3).fill_(pulls[t].ToX);
            action.select(1, 5).fill_(pulls[t].ToZ);
            return action;
        };
    }

    private static double[] Last(IDifferentiableEnv env, ClothOptions options, Func<int, Tensor, Tensor> act)
    {
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        LaneKey[] keys = [.. Enumerable.Range(0, options.Episodes).Select(lane => new LaneKey(options.Seed, lane, 0))];
        var state = env.Reset(keys);
        var observation = env.Observe(state, torch.zeros([keys.Length, env.Spec.Action.Size], env.Spec.StateType));
        double[] last = [];
        for (int t = 0; t < env.Spec.EpisodeLength; t++)
        {
            var step = env.Step(state, act(t, observation).to(env.Spec.StateType));
            (state, observation) = (step.NextState, step.Observation);
            last = step.Reward.to(torch.ScalarType.Float64).Values<double>().ToArray();
        }
        return last;
    }
}
