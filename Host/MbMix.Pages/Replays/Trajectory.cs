namespace MbMix.Pages;

/// <summary>The first lane of a file that <c>mbmix rollout</c> has written.</summary>
public sealed record Trajectory
{
    /// <summary>Largest file that is read, in bytes.</summary>
    private static readonly DocumentKind Kind = DocumentKind.Rollout;

    private Trajectory()
    {
    }

    /// <summary>What messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the environment that computed it.</summary>
    public required string Environment { get; init; }

    /// <summary>The state after each step, at least one.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> States { get; init; }

    /// <summary>The reward of each step.</summary>
    public required IReadOnlyList<double> Rewards { get; init; }

    /// <summary>Number of lanes of the file.</summary>
    public required int Lanes { get; init; }

    /// <summary>Why it ends, in a few words.</summary>
    public required string End { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MbMixException">It is not such a file.</exception>
    public static Trajectory Read(string path)
    {
        string name = Path.GetFileName(path);
        var root = DocumentReader.Parse(RegularFile.ReadAllBytes(path, Kind.MaximumBytes), name, Kind);
        string environment = root.Get("environment", "the id of an environment").Text();
        var steps = root.Get("steps", "an array of steps");
        if (!steps.IsArray || steps.Count == 0) throw steps.Wrong("an array of steps");
        var states = new List<IReadOnlyList<double>>();
        var rewards = new List<double>();
        int lanes = 0;
        string end = "all of the file";
        foreach (var step in steps.Elements())
        {
            var all = step.Get("state", "the states of all lanes");
            var reward = step.Get("reward", "the rewards of all lanes");
            lanes = all.IsArray && all.Count > 0 ? all.Count : throw all.Wrong("the states of one or more lanes");
            if (!reward.IsArray || reward.Count != lanes) throw reward.Wrong($"{lanes} rewards");
            var first = all.Elements().First();
            if (!first.IsArray || first.Count == 0) throw first.Wrong("an array of numbers");
            // what is not finite was written as null
            if (first.Elements().Any(v => v.IsNull))
            {
                end = $"became invalid in step {states.Count + 1}";
                break;
            }
            double[] state = [.. first.Elements().Select(v => v.Number())];
            if (states.Count > 0 && states[0].Count != state.Length) throw first.Wrong($"{states[0].Count} numbers");
            states.Add(state);
            var earned = reward.Elements().First();
            rewards.Add(earned.IsNull ? 0 : earned.Number());
        }
        if (states.Count == 0) throw steps.Wrong("a first state that is finite");
        return new Trajectory
        {
            Name = name,
            Environment = environment,
            States = states,
            Rewards = rewards,
            Lanes = lanes,
            End = end,
        };
    }
}
