using MbMix.Storage;

namespace MbMix.Simulation;

/// <summary>The terms that a reward can be made of besides expressions.</summary>
/// <param name="names">The quantities of the robot.</param>
/// <param name="parts">The task.</param>
internal sealed class RewardTerms(QuantityNames names, TaskParts parts)
{
    // how far below the target a height is still worth something, as a share of it
    private const double DefaultTolerance = 0.2;

    private static readonly string[] Axes = ["x", "y", "z"];

    private readonly Formulas formulas = parts.Judging;

    /// <summary>The names of all terms.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["forwardSpeed", "upright", "height", "reach", "controlCost", "alive", "contactCost", "trackKeyframe"];

    /// <summary>Reads a term.</summary>
    /// <param name="term">The term.</param>
    /// <param name="expression">Reads an expression.</param>
    /// <returns>The register of its value, weight included.</returns>
    public int Read(DocumentValue term, Func<string, int> expression)
    {
        double weight = term.Find("weight")?.Number() ?? 1;
        if (term.Find("expression") is { } own)
        {
            if (term.Find("term") is not null)
                throw term.Error("a term has either 'term' or 'expression', not both.");
            term.AllowOnly("expression", "weight");
            return formulas.Scale(weight, expression(own.Word()));
        }
        var name = term.Get("term", $"one of {string.Join(", ", All)}, or an 'expression' instead,");
        return formulas.Scale(weight, name.Word() switch
        {
            "forwardSpeed" => ForwardSpeed(term),
            "upright" => Upright(term),
            "height" => Height(term),
            "reach" => Reach(term),
            "controlCost" => Plain(term, ControlCost),
            "alive" => Plain(term, () => formulas.Constant(1)),
            "contactCost" => Plain(term, ContactCost),
            "trackKeyframe" => Track(term),
            var other => throw name.Error($"there is no term '{OneLine.Value(other)}'.{Suggestion.For(other, All)}"),
        });
    }

    /// <summary>The sum of squared actions.</summary>
    public int ControlCost() =>
        formulas.Sum(Enumerable.Range(0, parts.Action.Length).Select(i => formulas.Square(formulas.Action(i))));

    /// <summary>
    /// Height of a body; with a target, a bell curve around it, whose width is the tolerance.
    /// </summary>
    public int Height(int body, double? target, double? tolerance)
    {
        int height = formulas.Read(new(QuantityKind.BodyPosition, body, 2));
        if (target is not { } t) return height;
        double width = tolerance ?? Math.Max(DefaultTolerance * Math.Abs(t), 0.01);
        return formulas.Bell(formulas.Apply(Operator.Subtract, height, formulas.Constant(t)), width);
    }

    /// <summary>Height of a body in the robot's start state, with the free joint above it where the task puts it.</summary>
    public double StartHeight(int body)
    {
        var robot = names.Robot;
        double height = robot.StartBodyPositions[(3 * body) + 2];
        var free = robot.Joints.FirstOrDefault(j => j.Kind == RobotJointKind.Free && j.Body == body);
        return free is null ? height : parts.Start.Positions[free.Position + 2];
    }

    /// <summary>
    /// Minus the mean squared distance of joints from a keyframe [rad^2 or m^2]; that of a rotation is the square of
    /// its angle, near enough where it is small.
    /// </summary>
    public int Track(RobotKeyframe keyframe, IEnumerable<RobotJoint> joints)
    {
        var squares = new List<int>();
        foreach (var joint in joints)
        {
            int first = joint.Position, flat = joint.Kind switch
            {
                RobotJointKind.Free => 3,
                RobotJointKind.Ball => 0,
                _ => 1,
            };
            for (int i = first; i < first + flat; i++) squares.Add(formulas.Square(Apart(i, keyframe.Positions[i])));
            if (joint.Kind is not (RobotJointKind.Free or RobotJointKind.Ball)) continue;
            // the square of the angle between two rotations is near 4 (1 - (p . q)^2)
            int at = first + flat;
            double norm = Math.Sqrt(keyframe.Positions.AsSpan(at, 4).ToArray().Sum(q => q * q));
            int dot = formulas.Sum(Enumerable.Range(at, 4).Select(
                i => formulas.Scale(keyframe.Positions[i] / norm, formulas.Read(new(QuantityKind.Position, i)))));
            int apart = formulas.Apply(Operator.Subtract, formulas.Constant(1), formulas.Square(dot));
            squares.Add(formulas.Scale(4, apart));
        }
        return formulas.Scale(-1.0 / Math.Max(squares.Count, 1), formulas.Sum(squares));
    }

    private int ForwardSpeed(DocumentValue term)
    {
        term.AllowOnly("term", "weight", "body", "axis", "target");
        string axis = term.Find("axis")?.Word() ?? "x";
        int component = Array.IndexOf(Axes, axis);
        if (component < 0) throw term.Find("axis")!.Wrong("x, y or z");
        int speed = formulas.Read(Body(term, "bodyVelocity")[component].Quantity);
        return term.Find("target") is { } target
            ? formulas.Apply(Operator.Min, speed, formulas.Constant(target.Number()))
            : speed;
    }

    private int Upright(DocumentValue term)
    {
        term.AllowOnly("term", "weight", "body");
        return formulas.Read(Body(term, "up")[0].Quantity);
    }

    private int Height(DocumentValue term)
    {
        term.AllowOnly("term", "weight", "body", "target", "tolerance");
        if (term.Find("tolerance") is { } loose && term.Find("target") is null)
            throw loose.Error("'tolerance' is given without a 'target'; give both, or leave it out.");
        var quantity = Body(term, "body")[2].Quantity;
        return Height(quantity.Index, term.Find("target")?.Number(), Positive(term.Find("tolerance")));
    }

    private int Reach(DocumentValue term)
    {
        term.AllowOnly("term", "weight", "from", "to", "tolerance");
        var from = names.Place(term.Get("from", "a site or body").Word());
        var to = names.Place(term.Get("to", "a site or body").Word());
        int distance = formulas.Norm(Enumerable.Range(0, 3).Select(i => formulas.Apply(
            Operator.Subtract, formulas.Read(from[i].Quantity), formulas.Read(to[i].Quantity))));
        return Positive(term.Find("tolerance")) is { } width
            ? formulas.Bell(distance, width)
            : formulas.Scale(-1, distance);
    }

    private int ContactCost() => formulas.Sum(names.Robot.Bodies.Skip(1).Select(
        body => formulas.Square(formulas.Read(names.Find("contactForce", body)[0].Quantity))));

    private int Track(DocumentValue term)
    {
        term.AllowOnly("term", "weight", "keyframe", "joints");
        var keyframe = term.Find("keyframe") is { } k ? names.Keyframe(k.Word()) : parts.Start;
        RobotJoint[] joints = term.Find("joints") is { } j
            ? [.. j.Texts().Select(names.Joint)]
            : [.. names.Robot.Joints.Where(joint => joint.Kind != RobotJointKind.Free)];
        if (joints.Length == 0)
        {
            throw term.Error(
                $"trackKeyframe has no joint to track; name some of {names.Robot.Name} in 'joints'.");
        }
        return Track(keyframe, joints);
    }

    private int Plain(DocumentValue term, Func<int> value)
    {
        term.AllowOnly("term", "weight");
        return value();
    }

    private IReadOnlyList<NamedQuantity> Body(DocumentValue term, string quantity)
    {
        string body = term.Find("body")?.Word() ?? names.Robot.Bodies[names.Root];
        return names.Find(quantity, body);
    }

    private int Apart(int position, double from) => formulas.Apply(
        Operator.Subtract, formulas.Read(new(QuantityKind.Position, position)), formulas.Constant(from));

    private static double? Positive(DocumentValue? value) =>
        value is null ? null : value.Number() > 0 ? value.Number() : throw value.Wrong("a positive number");
}
