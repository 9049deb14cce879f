using MbMix.Storage;

namespace MbMix.Simulation;

/// <summary>Reads a task file for one robot, and makes the default task.</summary>
internal sealed class TaskReader(RobotModel robot, string simulator, IReadOnlySet<QuantityKind> supported)
{
    private const double DefaultNoise = 0.01, DefaultControlPeriod = 0.02;
    private const int LongestExpression = 10_000;

    private static readonly DocumentKind Kind =
        new() { IsUsersInput = true, Lenient = true, Whole = "the task", MaximumBytes = 1 << 20 };

    private readonly QuantityNames names = new(robot, simulator, supported);

    /// <summary>Reads a task file; null makes the default task.</summary>
    public TaskParts Read(string? file)
    {
        var parts = new TaskParts
        {
            Start = new("start", robot.StartPositions, new double[robot.Velocities], new double[robot.Activations]),
            PositionNoise = Filled(DefaultNoise),
            VelocityNoise = Filled(DefaultNoise),
            FrameSkip = (int)Math.Clamp(Math.Round(DefaultControlPeriod / robot.Timestep), 1, 1000),
        };
        if (file is null)
        {
            if (robot.Keyframes.Count > 0) parts.Start = robot.Keyframes[0];
            ReadAction(null, parts);
            AddDefaultGroups(parts);
            DefaultReward(parts, ends: true);
            return parts;
        }
        DocumentValue task;
        try
        {
            task = DocumentReader.ReadFile(file, Kind);
        }
        catch (IOException)
        {
            throw new ConfigurationException($"there is no task file {OneLine.Path(file)}.");
        }
        task.AllowOnly(
            "$schema", "description", "keyframe", "resetNoise", "frameSkip", "episodeLength", "action", "observation",
            "reward", "termination", "differences");
        task.Find("$schema")?.Text();
        task.Find("description")?.Text();
        ReadStart(task, parts);
        parts.FrameSkip = (int?)task.Find("frameSkip")?.Integer(1, 1000) ?? parts.FrameSkip;
        parts.EpisodeLength = (int?)task.Find("episodeLength")?.Integer(1, 1_000_000) ?? parts.EpisodeLength;
        ReadAction(task.Find("action"), parts);
        ReadObservation(task.Find("observation"), parts);
        ReadReward(task, parts);
        foreach (var end in task.Find("termination")?.Elements() ?? []) ReadEnd(end, parts);
        if (task.Find("differences") is { } differences)
        {
            differences.AllowOnly("epsilon", "centered");
            parts.Epsilon = differences.Find("epsilon") is { } e ? InRange(e, 1e-12, 1e-2) : null;
            parts.Centered = differences.Find("centered")?.Flag();
        }
        return parts;
    }

    private void ReadStart(DocumentValue task, TaskParts parts)
    {
        if (task.Find("keyframe") is { } keyframe) parts.Start = Named(keyframe, names.Keyframe);
        else if (robot.Keyframes.Count > 0) parts.Start = robot.Keyframes[0];
        if (task.Find("resetNoise") is not { } noise) return;
        if (noise.IsNumber)
        {
            parts.PositionNoise = Filled(InRange(noise, 0, 1e3));
            parts.VelocityNoise = Filled(InRange(noise, 0, 1e3));
            return;
        }
        noise.AllowOnly("position", "velocity");
        parts.PositionNoise = Noise(noise.Find("position"));
        parts.VelocityNoise = Noise(noise.Find("velocity"));
    }

    // a number for all joints, or a number per joint, where the others have none
    private double[] Noise(DocumentValue? value)
    {
        if (value is null) return Filled(0);
        if (value.IsNumber) return Filled(InRange(value, 0, 1e3));
        var noise = Filled(0);
        foreach (var (name, amount) in value.Members())
        {
            var joint = Named(amount, name, names.Joint);
            noise.AsSpan(joint.Velocity, joint.Kind.Velocities()).Fill(InRange(amount, 0, 1e3));
        }
        return noise;
    }

    private void ReadAction(DocumentValue? action, TaskParts parts)
    {
        action?.AllowOnly("normalized", "scale", "range");
        bool normalized = action?.Find("normalized")?.Flag() ?? false;
        var low = robot.Actuators.Select(a => a.Low).ToArray();
        var high = robot.Actuators.Select(a => a.High).ToArray();
        foreach (var (name, range) in action?.Find("range")?.Members() ?? [])
        {
            int actuator = Named(range, name, names.Actuator);
            double[] limits = [.. range.Elements().Select(e => e.Number())];
            if (limits is not [double from, double to]) throw range.Wrong("a list [low, high]");
            if (from >= to) throw range.Error($"the range of '{OneLine.Value(name)}' is empty: low must be below high.");
            Within(range, name, low[actuator], high[actuator], from, to);
            (low[actuator], high[actuator]) = (from, to);
        }
        var scales = new double[low.Length];
        Array.Fill(scales, 1);
        if (action?.Find("scale") is { } scale)
        {
            if (scale.IsNumber) Array.Fill(scales, InRange(scale, 1e-9, 1e9));
            else foreach (var (name, s) in scale.Members()) scales[Named(s, name, names.Actuator)] = InRange(s, 1e-9, 1e9);
            for (int i = 0; i < low.Length; i++)
            {
                double middle = (low[i] + high[i]) / 2, reach = scales[i] * (high[i] - low[i]) / 2;
                var (name, least, most, _) = robot.Actuators[i];
                Within(scale, name, least, most, middle - reach, middle + reach);
            }
        }
        parts.Action = new Dimension[low.Length];
        parts.Controls = new (double, double)[low.Length];
        for (int i = 0; i < low.Length; i++)
        {
            string name = robot.Actuators[i].Name;
            if (!(low[i] < high[i]) || !double.IsFinite(low[i]) || !double.IsFinite(high[i]))
            {
                throw new ConfigurationException(
                    $"{robot.Name}: the actuator '{OneLine.Value(name)}' has no ctrlrange, and actions need bounds; give "
                    + $"it one in the model, or in the task file: \"action\": {{ \"range\": {{ \"{OneLine.Value(name)}\": "
                    + "[-1, 1] } }.");
            }
            double center = (low[i] + high[i]) / 2, half = scales[i] * (high[i] - low[i]) / 2;
            parts.Controls[i] = normalized ? (center, half) : (0, 1);
            parts.Action[i] = normalized
                ? new(name, "1", -1, 1)
                : new(name, "1", scales[i] == 1 ? low[i] : center - half, scales[i] == 1 ? high[i] : center + half);
        }
    }

    // a simulator clips controls to the model's own range, so wider actions would do nothing and hide it
    private static void Within(DocumentValue place, string name, double low, double high, double from, double to)
    {
        double slack = 1e-9 * (high - low);
        if (!(from < low - slack) && !(to > high + slack)) return;
        throw place.Error(FormattableString.Invariant(
            $"controls of '{OneLine.Value(name)}' from {from} to {to} go beyond its ctrlrange, {low} to {high}."));
    }

    private void ReadObservation(DocumentValue? observation, TaskParts parts)
    {
        if (observation is null)
        {
            AddDefaultGroups(parts);
            return;
        }
        foreach (var item in observation.Elements())
        {
            double scale = 1;
            string? name = null;
            var quantity = item;
            if (!item.IsText)
            {
                if (!item.IsObject) throw item.Wrong("a text, or an object with 'quantity'");
                item.AllowOnly("quantity", "scale", "name");
                quantity = item.Get("quantity", "a quantity, an expression or a group");
                scale = item.Find("scale") is { } s ? InRange(s, -1e9, 1e9) : 1;
                name = item.Find("name")?.Word();
            }
            string text = quantity.Word();
            if (ObservationGroups.All.Contains(text))
            {
                if (name is not null) throw item.Error($"the group '{text}' has many components; leave out 'name'.");
                int before = parts.Observed.Count;
                Named(quantity, text, group => AddGroup(group, parts, scale, quantity));
                if (parts.Observed.Count == before)
                    throw quantity.Error($"the group '{text}' is empty: {robot.Name} has none.");
                continue;
            }
            if (text.All(char.IsAsciiLetter) && !ExpressionParser.FunctionNames.Contains(text) && text != "pi")
            {
                string hint = Suggestion.For(text, ObservationGroups.All);
                throw quantity.Error(
                    $"'{OneLine.Value(text)}' is neither a group nor a quantity such as position(joint).{hint}");
            }
            foreach (var (register, component, unit) in Components(quantity, text, parts))
                Observe(parts, item, name ?? component, unit, scale, register);
        }
        if (parts.Observed.Count == 0) throw observation.Wrong("a list with at least one quantity");
    }

    private IReadOnlyList<(int Register, string Name, string Unit)> Components(
        DocumentValue place, string text, TaskParts parts)
    {
        Short(place, text);
        try
        {
            return ExpressionParser.ReadQuantity(text, names, parts.Observing)
                ?? [(new ExpressionParser(text, names, parts.Observing).Read(), text, "1")];
        }
        catch (FormatException e)
        {
            throw place.Error(Sentence(e));
        }
    }

    private void AddDefaultGroups(TaskParts parts)
    {
        foreach (string group in ObservationGroups.Default)
        {
            bool computed = ObservationGroups.KindOf(group) is not { } kind || supported.Contains(kind);
            if (computed) AddGroup(group, parts);
        }
    }

    private bool AddGroup(string group, TaskParts parts, double scale = 1, DocumentValue? place = null)
    {
        if (ObservationGroups.KindOf(group) is { } kind && !supported.Contains(kind))
            throw new FormatException($"the simulator {simulator} does not compute '{group}'");
        foreach (var (quantity, argument, leftOut) in ObservationGroups.Of(group, robot))
        {
            foreach (var (value, component, unit) in names.Find(quantity, argument).Skip(leftOut))
            {
                string name = $"{quantity}({argument}){ExpressionParser.Suffix(component)}";
                Observe(parts, place, name, unit, scale, parts.Observing.Read(value));
            }
        }
        if (group == "actions")
        {
            for (int i = 0; i < parts.Action.Length; i++)
            {
                string name = $"last action of {parts.Action[i].Name}";
                Observe(parts, place, name, "1", scale, parts.Observing.Action(i));
            }
        }
        return true;
    }

    private static void Observe(
        TaskParts parts, DocumentValue? place, string name, string unit, double scale, int register)
    {
        if (scale != 1) name = FormattableString.Invariant($"{scale} x {name}");
        if (parts.Observation.Exists(d => d.Name == name))
        {
            string message = $"'{OneLine.Value(name)}' is observed twice; leave one out, or give it another 'name'.";
            throw place?.Error(message) ?? new ConfigurationException(message);
        }
        parts.Observation.Add(new(name, scale == 1 ? unit : "1"));
        parts.Observed.Add(parts.Observing.Scale(scale, register));
    }

    private void ReadReward(DocumentValue task, TaskParts parts)
    {
        if (task.Find("reward") is not { } reward)
        {
            DefaultReward(parts, ends: task.Find("termination") is null);
            return;
        }
        var terms = new RewardTerms(names, parts);
        var sum = new List<int>();
        foreach (var term in reward.Elements())
        {
            try
            {
                sum.Add(terms.Read(term, text => Expression(term, text, parts)));
            }
            catch (FormatException e)
            {
                throw term.Error(Sentence(e));
            }
        }
        if (sum.Count == 0) throw reward.Wrong("a list with at least one term");
        parts.Reward = parts.Judging.Sum(sum);
    }

    // stand upright where there is a free joint, else hold the start position
    private void DefaultReward(TaskParts parts, bool ends)
    {
        var (terms, sum) = (new RewardTerms(names, parts), new List<int>());
        bool stands = robot.Joints.Any(joint => joint.Kind == RobotJointKind.Free)
            && supported.Contains(QuantityKind.BodyUp) && supported.Contains(QuantityKind.BodyPosition);
        if (stands)
        {
            int up = parts.Judging.Read(new(QuantityKind.BodyUp, names.Root));
            sum.AddRange([up, terms.Height(names.Root, terms.StartHeight(names.Root), null)]);
            if (ends) parts.Ends.Add((up, 0, Below: true));
        }
        else
        {
            sum.Add(terms.Track(parts.Start, robot.Joints));
        }
        sum.Add(parts.Judging.Scale(-0.01, terms.ControlCost()));
        parts.Reward = parts.Judging.Sum(sum);
    }

    private void ReadEnd(DocumentValue end, TaskParts parts)
    {
        end.AllowOnly("quantity", "below", "above");
        var quantity = end.Get("quantity", "a quantity or an expression");
        int register = Expression(quantity, quantity.Word(), parts);
        var (below, above) = (end.Find("below"), end.Find("above"));
        if (below is null && above is null)
        {
            throw quantity.Error(
                $"'below' or 'above' is missing beside '{OneLine.Value(quantity.Text())}'; a number is expected.");
        }
        if (below is not null) parts.Ends.Add((register, below.Number(), true));
        if (above is not null) parts.Ends.Add((register, above.Number(), false));
    }

    private int Expression(DocumentValue place, string text, TaskParts parts)
    {
        Short(place, text);
        try
        {
            return new ExpressionParser(text, names, parts.Judging).Read();
        }
        catch (FormatException e)
        {
            throw place.Error(Sentence(e));
        }
    }

    private static string Sentence(FormatException e) =>
        e.Message.EndsWith('.') || e.Message.EndsWith('?') ? e.Message : e.Message + ".";

    private static void Short(DocumentValue place, string text)
    {
        if (text.Length > LongestExpression)
        {
            throw place.Error(
                $"the expression '{OneLine.Value(text)}' has {text.Length} letters; at most {LongestExpression} are "
                + "accepted.");
        }
    }

    private static T Named<T>(DocumentValue value, Func<string, T> find) => Named(value, value.Word(), find);

    private static T Named<T>(DocumentValue value, string name, Func<string, T> find)
    {
        try
        {
            return find(name);
        }
        catch (FormatException e)
        {
            throw value.Error(Sentence(e));
        }
    }

    private static double InRange(DocumentValue value, double low, double high) =>
        value.Number() is var number && number >= low && number <= high
            ? number
            : throw value.Wrong(FormattableString.Invariant($"a number from {low} to {high}"));

    private double[] Filled(double value)
    {
        var all = new double[robot.Velocities];
        Array.Fill(all, value);
        return all;
    }
}
