using System.Globalization;

namespace MbMix.Hosting;

/// <summary>Describes components in sentences, for <c>mbmix describe</c>.</summary>
internal static class ComponentFacts
{
    /// <summary>Describes what an algorithm needs.</summary>
    public static IEnumerable<string> Of(AlgorithmNeeds needs)
    {
        yield return needs.Gradients
            ? "Needs an environment with gradients."
            : "Needs no gradients of the environment.";
        yield return needs.Model switch
        {
            ModelUse.None => "Uses no dynamics model.",
            ModelUse.Optional => "Can use a dynamics model.",
            _ => "Needs a dynamics model (with its default options).",
        };
        if (needs.ProbabilisticModel) yield return "If the model is learned, it must predict distributions.";
        if (needs.PredictiveEnv) yield return "Needs an environment that can be evaluated on predicted states.";
    }

    /// <summary>Describes an environment: sizes, time steps, gradients and actions.</summary>
    public static IEnumerable<string> Of(IDifferentiableEnv env)
    {
        var spec = env.Spec;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"State {spec.State.Size}, observation {spec.Observation.Size}, action {spec.Action.Size}; "
            + $"an action every {spec.ControlPeriod:0.####} s, episodes of {spec.EpisodeLength} steps.");
        foreach (var (name, space) in new[] { ("state", spec.State), ("observation", spec.Observation) })
        {
            if (space.Blocks.Count > 0)
                yield return $"Arrays in the {name}: {string.Join(", ", space.Blocks.Select(Show))}.";
        }
        yield return spec.Gradient.Kind switch
        {
            GradientKind.None => "No gradients.",
            GradientKind.Exact => string.Create(
                CultureInfo.InvariantCulture, $"Exact gradients (relative error {spec.Gradient.Tolerance:0.#e+0})."),
            GradientKind.Surrogate => "Surrogate gradients: on purpose not those of the dynamics.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Gradients by finite differences (relative error {spec.Gradient.Tolerance:0.#e+0})."),
        };
        yield return env is IPredictiveEnv
            ? "Can be evaluated on predicted states."
            : "Cannot be evaluated on predicted states: no model rollouts.";
        var actions = spec.Action.Dimensions.Select(
            d => string.Create(CultureInfo.InvariantCulture, $"{d.Name} [{d.Low}, {d.High}] {d.Unit}"));
        yield return $"Actions: {string.Join(", ", actions)}.";
    }

    private static string Show(SpaceBlock block) => string.Create(
        CultureInfo.InvariantCulture, $"{block.Name} [{string.Join(", ", block.Shape)}] from {block.First}");
}
