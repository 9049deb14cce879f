using System.Text.RegularExpressions;

namespace MbMix.TestKit;

/// <summary>What an environment says about itself.</summary>
internal static partial class DescriptionChecks
{
    private const string Group = "description";

    // beyond this, a declared error of derivatives says nothing
    private const double LargestTolerance = 0.5;

    private const int Reads = 100;

    public static IEnumerable<Check> Of(EnvironmentSubject subject)
    {
        yield return new Check(
            subject.Id, Group, "creation", "an environment with a description and a chart",
            "The factory must return a new, usable environment each time.", f => Creation(subject, f))
        {
            Essential = true,
        };
        yield return new Check(
            subject.Id, Group, "lasting description", "a description that stays as it is",
            "Make Spec and the chart in the constructor and return the same ones each time.", f => Lasting(subject, f))
        {
            Essential = true,
        };
        yield return new Check(
            subject.Id, Group, "description", "a description",
            "Fix Spec: others size networks, bound actions and label columns by it.", f => Spec(subject, f));
        yield return new Check(
            subject.Id, Group, "chart", "a chart of the state",
            "Without special coordinates, use `new EuclideanChart(Spec.State.Size)`.", f => Chart(subject.Env, f));
    }

    private static void Creation(EnvironmentSubject subject, Findings findings)
    {
        var env = subject.Env;
        findings.Require(env is not null, "creation", "null", "an environment");
        if (env is null) return;
        findings.Require(env.Spec is not null, "Spec", "null", "a description");
        findings.Require(env.Chart is not null, "Chart", "null", "a chart");
        if (env.Spec is not { } spec) return;
        findings.Require(
            spec.State is { Size: > 0 } && spec.Observation is { Size: > 0 } && spec.Action is { Size: > 0 },
            "sizes of state, observation and action",
            $"{spec.State?.Size}, {spec.Observation?.Size} and {spec.Action?.Size}",
            "at least 1 each");
        findings.Require(
            spec.Gradient is not null, "Spec.Gradient", "null", "a capability, or GradientCapability.None");
        if (!subject.CanCreate) return;
        using var another = subject.Another();
        findings.Require(
            !ReferenceEquals(another.Env, env), "second creation", "the same object", "a new environment each time");
    }

    // before all else, because everything is measured by it
    private static void Lasting(EnvironmentSubject subject, Findings findings)
    {
        using var another = subject.Another();
        var env = another.Env;
        var first = Description.Of(env);
        for (int i = 2; i <= Reads && Same($"when read {i} times"); i++)
        {
        }
        if (findings.All.Count > 0) return;
        using var noGrad = torch.no_grad();
        try
        {
            var (state, action) = Probes.Moving(env, 2, 1, 1);
            bool same = true;
            for (int t = 1; t <= Reads && same; t++)
            {
                using var scope = torch.NewDisposeScope();
                env.Step(state, action);
                same = Same($"after {t} steps");
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // a step that cannot be made is for others to find
        }

        bool Same(string when)
        {
            if (Description.Difference(first, Description.Of(env)) is not { } change) return true;
            findings.Require(false, $"{change.Name} {when}", change.Came, $"{change.Expected}, as at first");
            return false;
        }
    }

    private static void Spec(EnvironmentSubject subject, Findings findings)
    {
        var spec = subject.Env.Spec;
        findings.Require(spec.Id == subject.Id, "id in Spec", $"'{spec.Id}'", $"the registered one, '{subject.Id}'");
        findings.Require(
            Id().IsMatch(spec.Id ?? ""), "form of the id", $"'{spec.Id}'", "namespace/name-vN in lower case");
        Space("state", spec.State, findings);
        Space("observation", spec.Observation, findings);
        Space("action", spec.Action, findings);
        findings.Require(spec.EpisodeLength > 0, "length of an episode", $"{spec.EpisodeLength}", "at least 1");
        findings.Require(
            spec.ControlPeriod > 0 && double.IsFinite(spec.ControlPeriod),
            "control period",
            Findings.Text(spec.ControlPeriod),
            "a positive number of seconds");
        foreach (var d in spec.Action.Dimensions)
        {
            findings.Require(
                double.IsFinite(d.Low) && double.IsFinite(d.High) && d.Low < d.High,
                $"bounds of action '{d.Name}'",
                $"{Findings.Text(d.Low)} and {Findings.Text(d.High)}",
                "finite bounds, the lower one first");
        }
        bool known = spec.StateType is torch.ScalarType.Float32 or torch.ScalarType.Float64;
        findings.Require(known, "state type", $"{spec.StateType}", "Float32 or Float64");
        bool cpu = spec.Devices?.Contains(DeviceType.CPU) == true;
        findings.Require(cpu, "devices", string.Join(", ", spec.Devices ?? []), "CPU among them");
        findings.Require(spec.TapeBytes >= 0, "tape bytes", $"{spec.TapeBytes}", "0 or more");
        if (spec.Gradient.Kind == GradientKind.None) return;
        double tolerance = spec.Gradient.Tolerance;
        findings.Require(
            tolerance is > 0 and <= LargestTolerance,
            "tolerance of the gradient",
            Findings.Text(tolerance),
            $"above 0 and at most {Findings.Text(LargestTolerance)}");
    }

    private static void Space(string what, SpaceSpec space, Findings findings)
    {
        foreach (var d in space.Dimensions)
        {
            findings.Require(
                !string.IsNullOrWhiteSpace(d.Name), $"name of a dimension of the {what}", $"'{d.Name}'", "a name");
            findings.Require(
                !string.IsNullOrWhiteSpace(d.Unit), $"unit of {what} '{d.Name}'", $"'{d.Unit}'", "a unit, or 1");
            // the bounds of actions are checked more strictly
            findings.Require(
                what == "action" || d.Low < d.High,
                $"bounds of {what} '{d.Name}'",
                $"{Findings.Text(d.Low)} and {Findings.Text(d.High)}",
                "the lower one first");
        }
        var twice = space.Dimensions.GroupBy(d => d.Name).FirstOrDefault(g => g.Count() > 1);
        findings.Require(twice is null, $"names of the {what}", $"'{twice?.Key}' twice", "different names");
        Blocks(what, space, findings);
    }

    private static void Blocks(string what, SpaceSpec space, Findings findings)
    {
        long free = 0;
        foreach (var block in space.Blocks)
        {
            findings.Require(
                !string.IsNullOrWhiteSpace(block.Name), $"name of a block of the {what}", $"'{block.Name}'", "a name");
            bool shaped = block.Shape.Count > 0 && block.Shape.All(size => size > 0);
            findings.Require(
                shaped, $"shape of block '{block.Name}' of the {what}", $"[{string.Join(", ", block.Shape)}]",
                "sizes of 1 and more");
            if (!shaped) return;
            long last = (long)block.First + block.Size - 1;
            findings.Require(
                block.First >= free && last < space.Size, $"block '{block.Name}' of the {what}",
                $"components {block.First} to {last}",
                $"components from {free} to {space.Size - 1}, after the block before it");
            free = last + 1;
        }
        var twice = space.Blocks.GroupBy(b => b.Name).FirstOrDefault(g => g.Count() > 1);
        findings.Require(
            twice is null, $"names of the blocks of the {what}", $"'{twice?.Key}' twice", "different names");
    }

    private static void Chart(IDifferentiableEnv env, Findings findings)
    {
        int t = env.Chart.TangentSize, f = env.Chart.FeatureSize, s = env.Spec.State.Size;
        findings.Require(t > 0 && t <= s, "tangent size of the chart", $"{t}", $"1 to {s}, the size of the state");
        findings.Require(f > 0, "feature size of the chart", $"{f}", "at least 1");
        if (env.Chart is EuclideanChart)
            findings.Require(t == s, "tangent size of the flat chart", $"{t}", $"{s}, the size of the state");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*?-v[0-9]+$")]
    private static partial Regex Id();
}
