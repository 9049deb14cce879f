namespace MbMix.Hosting;

/// <summary>Checks what a component says about itself.</summary>
internal static class SpecChecks
{
    /// <summary>Requires a sound description of an environment.</summary>
    /// <exception cref="MbMixException">It is not sound.</exception>
    public static void Require(this Boundary boundary, IDifferentiableEnv env)
    {
        var spec = env.Spec ?? throw boundary.Wrong("Spec", "null", "a description");
        RequireId(boundary, spec.Id);
        RequireSpace(boundary, "state", spec.State);
        RequireSpace(boundary, "observation", spec.Observation);
        RequireSpace(boundary, "action", spec.Action);
        foreach (var d in spec.Action.Dimensions)
        {
            if (!double.IsFinite(d.Low) || !double.IsFinite(d.High) || d.Low >= d.High)
                throw boundary.Wrong(
                    $"bounds of action '{OneLine.Value(d.Name)}' in Spec",
                    $"{TensorChecks.Text(d.Low)} to {TensorChecks.Text(d.High)}",
                    "finite bounds, the lower one first");
        }
        if (spec.EpisodeLength < 1) throw boundary.Wrong("EpisodeLength in Spec", $"{spec.EpisodeLength}", "1 or more");
        if (!(spec.ControlPeriod > 0) || !double.IsFinite(spec.ControlPeriod))
            throw boundary.Wrong(
                "ControlPeriod in Spec", TensorChecks.Text(spec.ControlPeriod), "a positive number of seconds");
        if (spec.Gradient is null) throw boundary.Wrong("Gradient in Spec", "null", "a GradientCapability");
        var chart = env.Chart ?? throw boundary.Wrong("Chart", "null", "a chart, such as EuclideanChart");
        if (chart.TangentSize < 1) throw boundary.Wrong("TangentSize of Chart", $"{chart.TangentSize}", "1 or more");
        if (chart.FeatureSize < 1) throw boundary.Wrong("FeatureSize of Chart", $"{chart.FeatureSize}", "1 or more");
    }

    /// <summary>Requires a sound description of a dynamics model.</summary>
    /// <exception cref="MbMixException">It is not sound.</exception>
    public static void Require(this Boundary boundary, IDynamicsModel model)
    {
        var spec = model.Spec ?? throw boundary.Wrong("Spec", "null", "a description");
        RequireId(boundary, spec.Id);
        if (spec.Derivatives == DerivativeTargets.Projected && spec.Probes < 1)
            throw boundary.Wrong(
                "Probes in Spec", $"{spec.Probes}", "1 or more, because the model asks for projected derivatives");
        if (model is IEnsembleModel { Members: < 1 } ensemble)
            throw boundary.Wrong("Members", $"{ensemble.Members}", "1 or more");
        if (spec.MinimumTransitions < 0)
            throw boundary.Wrong("MinimumTransitions in Spec", $"{spec.MinimumTransitions}", "0 or more");
    }

    private static void RequireId(Boundary boundary, string? id)
    {
        if (id != boundary.Id)
            throw boundary.Wrong(
                "Id in Spec", id is null ? "null" : $"'{OneLine.Value(id)}'", $"the registered '{boundary.Id}'");
    }

    private static void RequireSpace(Boundary boundary, string name, SpaceSpec? space)
    {
        if (space?.Dimensions is null) throw boundary.Wrong($"{name} in Spec", "null", "its dimensions");
        if (space.Size == 0) throw boundary.Wrong($"{name} in Spec", "no dimension", "1 or more");
        var names = new HashSet<string>();
        for (int i = 0; i < space.Size; i++)
        {
            var d = space.Dimensions[i];
            if (string.IsNullOrWhiteSpace(d?.Name))
                throw boundary.Wrong($"dimension {i} of the {name} in Spec", "no name", "a name");
            if (!names.Add(d.Name))
                throw boundary.Wrong(
                    $"dimension {i} of the {name} in Spec", $"the name '{OneLine.Value(d.Name)}' again",
                    "a name of its own");
            if (double.IsNaN(d.Low) || double.IsNaN(d.High) || d.Low > d.High)
                throw boundary.Wrong(
                    $"bounds of '{OneLine.Value(d.Name)}' of the {name} in Spec",
                    $"{TensorChecks.Text(d.Low)} to {TensorChecks.Text(d.High)}", "the lower bound first");
        }
        RequireBlocks(boundary, name, space);
    }

    private static void RequireBlocks(Boundary boundary, string name, SpaceSpec space)
    {
        if (space.Blocks is null) throw boundary.Wrong($"blocks of the {name} in Spec", "null", "a list");
        var names = new HashSet<string>();
        int free = 0;
        foreach (var block in space.Blocks)
        {
            if (string.IsNullOrWhiteSpace(block?.Name) || !names.Add(block.Name))
                throw boundary.Wrong(
                    $"a block of the {name} in Spec", $"the name '{OneLine.Value(block?.Name ?? "")}'",
                    "a name of its own");
            string place = $"block '{OneLine.Value(block.Name)}' of the {name} in Spec";
            if (block.Shape is null || block.Shape.Count == 0 || block.Shape.Any(size => size < 1))
                throw boundary.Wrong(place, "a shape without components", "sizes of 1 and more");
            long end = (long)block.First + block.Size;
            if (block.First < free || end > space.Size)
                throw boundary.Wrong(
                    place, $"components {block.First} to {end - 1}",
                    $"components from {free} to {space.Size - 1}, after the block before it");
            free = (int)end;
        }
    }
}
