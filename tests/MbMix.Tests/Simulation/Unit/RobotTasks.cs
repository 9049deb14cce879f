using System.Text.Json;
using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Simulation;

/// <summary>Task files: what they mean, and what bad ones get.</summary>
public sealed class RobotTasks : IDisposable
{
    private static readonly RobotModel Arm = new()
    {
        Name = "arm.xml",
        Joints =
        [
            new("base", RobotJointKind.Free, 0, 0, 1),
            new("elbow", RobotJointKind.Hinge, 7, 6, 2),
            new("it's a slide", RobotJointKind.Slide, 8, 7, 3),
            new("wrist", RobotJointKind.Ball, 9, 8, 4),
        ],
        Bodies = ["world", "base", "upper arm", "lower arm", "hand"],
        Sites = ["tip", "goal"],
        Sensors = [new("force", 0, 3), new("touch", 3, 1), new("user", 4, 2)],
        Actuators = [new("motor", -2, 4), new("muscle", 0, 1, Activation: 0)],
        Tendons = ["string"],
        Keyframes = [new("home", [0, 0, 0.5, 1, 0, 0, 0, 0.25, 0.5, 0, 2, 0, 0], [.. new double[11]], [0.75])],
        Timestep = 0.005,
        StartPositions = [0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0],
        StartBodyPositions = [0, 0, 0, 0, 0, 1, 0, 0, 1.5, 0, 0, 2, 0, 0, 2.5],
        Activations = 1,
    };

    private static readonly HashSet<QuantityKind> All = [.. Enum.GetValues<QuantityKind>()];

    private readonly string folder = Directory.CreateTempSubdirectory("mbmix-task-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("-2^2", -4)]
    [InlineData("2 ^ 3 - 8 / 4 / 2", 7)]
    [InlineData("- - 3 --3", 6)]
    [InlineData("1e2 + .5", 100.5)]
    [InlineData("sqrt(16) + abs(-2) + square(3)", 15)]
    [InlineData("sqrt(-1)", 0)]
    [InlineData("min(1, 2) + max(1, 2) + clip(9, 0, 5)", 8)]
    [InlineData("exp(0) + sin(0) + cos(0) + tanh(0) + atan2(0, 1)", 2)]
    [InlineData("cos(pi)", -1)]
    [InlineData("position(elbow)", 7)]
    [InlineData("position( elbow )", 7)]
    [InlineData("position(\"it's a slide\")", 8)]
    [InlineData("position(base).z + 10 * position(base).qw", 32)]
    [InlineData("velocity(base).wz", 105)]
    [InlineData("velocity(wrist).wx", 108)]
    [InlineData("activation(muscle)", 200)]
    [InlineData("force(motor)", 300)]
    [InlineData("body(upper arm).y", 421)]
    [InlineData("bodyVelocity(hand).z", 542)]
    [InlineData("bodyAngularVelocity('hand').x", 640)]
    [InlineData("up(base)", 710)]
    [InlineData("site(goal).x", 810)]
    [InlineData("center().z", 902)]
    [InlineData("sensor(force).y + sensor(touch) + sensor(user)[1]", 1001 + 1003 + 1005)]
    [InlineData("tendon(string) + tendonVelocity(string)", 1100 + 1200)]
    [InlineData("contactForce(base)", 1310)]
    [InlineData("control(motor)", 0.5)]
    [InlineData("distance(tip, goal)^2", 300)]
    public void An_expression_has_its_value(string expression, double expected) =>
        Assert.Equal(expected, Reward($$"""{ "reward": [{ "expression": {{Quoted(expression)}} }] }"""), 1e-9);

    [Theory]
    [InlineData("""{ "term": "forwardSpeed" }""", 510)]
    [InlineData("""{ "term": "forwardSpeed", "body": "hand", "axis": "z", "target": 3, "weight": 2 }""", 6)]
    [InlineData("""{ "term": "upright", "body": "hand" }""", 740)]
    [InlineData("""{ "term": "height" }""", 412)]
    [InlineData("""{ "term": "height", "target": 411, "tolerance": 2 }""", 0.7788007830714049)]
    [InlineData("""{ "term": "reach", "from": "tip", "to": "goal" }""", -17.320508075688775)]
    [InlineData("""{ "term": "controlCost", "weight": -0.1 }""", -0.05)]
    [InlineData("""{ "term": "alive" }""", 1)]
    [InlineData("""{ "term": "contactCost" }""", (1310.0 * 1310) + (1320 * 1320) + (1330 * 1330) + (1340 * 1340))]
    [InlineData("""{ "term": "trackKeyframe", "joints": ["elbow"] }""", -(7 - 0.25) * (7 - 0.25))]
    public void A_term_has_its_value(string term, double expected) =>
        Assert.Equal(expected, Reward($$"""{ "reward": [{{term}}] }"""), 1e-9);

    [Fact]
    public void A_rotation_is_tracked_by_its_angle()
    {
        // a quarter of a degree about x
        double half = Math.PI / 180 / 8;
        double[] positions = [.. Arm.Keyframes[0].Positions];
        (positions[9], positions[10]) = (-Math.Sin(half), Math.Cos(half)); // the keyframe's quaternion has length 2
        var task = Task("""{ "reward": [{ "term": "trackKeyframe", "joints": ["wrist"] }] }""");
        var values = task.Quantities.Select(q => (Real)positions[q.Index]).ToArray();
        double angle = 2 * half;
        Assert.Equal(-angle * angle, task.Evaluate<Real>(values, [0, 0]).Reward, 1e-9);
    }

    [Fact]
    public void Without_a_file_all_positions_and_velocities_are_observed_and_a_free_robot_stands()
    {
        var task = RobotTask.Create(null, Arm, "here", All);
        Assert.Equal(
            ["position(base).z", "position(base).qw", "position(base).qx", "position(base).qy", "position(base).qz", "position(elbow)"],
            task.Observation.Take(6).Select(d => d.Name));
        Assert.Equal(11 + 11 + 1, task.Observation.Count);
        Assert.Equal((4, 1000), (task.FrameSkip, task.EpisodeLength));
        Assert.Equal("home", task.Start.Name);
        Assert.All(task.PositionNoise, noise => Assert.Equal(0.01, noise));

        // upright at the height of the keyframe, and fallen over
        Assert.Equal((2, false), Judge(task, up: 1, height: 0.5));
        Assert.Equal((1 - 0.5 - 0.5, true), Judge(task, up: -0.5, height: 0.5, action: Math.Sqrt(50)));
    }

    [Fact]
    public void Without_a_file_a_fixed_robot_holds_its_start_position()
    {
        var pole = Arm with
        {
            Joints = [new("pole", RobotJointKind.Hinge, 0, 0, 1)],
            Keyframes = [],
            StartPositions = [0.5],
            Activations = 0,
            Actuators = [new("motor", -1, 1)],
        };
        var task = RobotTask.Create(null, pole, "here", All);
        Assert.True(task.DependsOnStateAlone);
        var values = task.Quantities.Select(q => (Real)(q.Kind == QuantityKind.Position ? 2.5 : 0)).ToArray();
        Assert.Equal(-4 - 0.01, task.Evaluate<Real>(values, [1]).Reward, 1e-12);
    }

    [Fact]
    public void Observations_are_named_and_scaled()
    {
        var task = Task(
            """
            {
              // comments are fine
              "observation": [
                "velocity(wrist)", { "quantity": "position(elbow)", "scale": 0.1 }, "body(hand).z",
                { "quantity": "distance(tip, goal)", "name": "far" }, { "quantity": "actions", "scale": 2 },
              ],
            }
            """);
        Assert.Equal(
            [
                "velocity(wrist).wx", "velocity(wrist).wy", "velocity(wrist).wz", "0.1 x position(elbow)", "body(hand).z", "far",
                "2 x last action of motor", "2 x last action of muscle",
            ],
            task.Observation.Select(d => d.Name));
        Assert.Equal(["rad/s", "1", "m"], [task.Observation[0].Unit, task.Observation[3].Unit, task.Observation[4].Unit]);
        var observation = new Real[8];
        task.Observe<Real>(Values(task), [0.5, 0.25], observation);
        double[] expected = [108, 109, 110, 0.7, 442, Math.Sqrt(300), 1, 0.5];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], observation[i].Value, 1e-9);
    }

    [Fact]
    public void Start_noise_and_lengths_are_those_of_the_file()
    {
        var task = Task(
            """
            {
              "keyframe": "home", "frameSkip": 7, "episodeLength": 250, "differences": { "epsilon": 1e-5, "centered": false },
              "resetNoise": { "position": { "wrist": 0.5 }, "velocity": 0.25 }
            }
            """);
        Assert.Equal((7, 250, 1e-5, false), (task.FrameSkip, task.EpisodeLength, task.Epsilon, task.Centered));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5], task.PositionNoise);
        Assert.All(task.VelocityNoise, noise => Assert.Equal(0.25, noise));
        Assert.Equal([0.75], task.Start.Activations);
    }

    [Theory]
    [InlineData("{}", -2, 4, 0.5, 0.5)]
    [InlineData("""{ "action": { "normalized": true } }""", -1, 1, 0.5, 2.5)]
    [InlineData("""{ "action": { "normalized": true, "scale": 0.5 } }""", -1, 1, 0.5, 1.75)]
    [InlineData("""{ "action": { "scale": { "motor": 0.5 } } }""", -0.5, 2.5, 0.5, 0.5)]
    [InlineData("""{ "action": { "range": { "motor": [-1, 1] } } }""", -1, 1, 0.5, 0.5)]
    [InlineData("""{ "action": { "range": { "motor": [-1, 1] }, "scale": { "motor": 2 } } }""", -2, 2, 0.5, 0.5)]
    public void Actions_have_the_bounds_and_scale_of_the_file(string file, double low, double high, double action, double control)
    {
        var task = Task(file);
        Assert.Equal(("motor", low, high), (task.Action[0].Name, task.Action[0].Low, task.Action[0].High));
        var controls = new Real[2];
        task.Controls<Real>([action, 0], controls);
        Assert.Equal(control, controls[0].Value, 1e-12);
    }

    [Theory]
    [InlineData(0.2, 0, true)]
    [InlineData(0.4, 0, false)]
    [InlineData(0.9, 0, true)]
    [InlineData(0.4, 3, true)]
    public void A_task_ends_at_its_bounds(double height, double elbow, bool ends)
    {
        var task = Task(
            """
            { "termination": [
              { "quantity": "body(base).z", "below": 0.3, "above": 0.8 }, { "quantity": "abs(position(elbow))", "above": 2 } ] }
            """);
        var values = task.Quantities.Select(q => (Real)(q.Kind switch
        {
            QuantityKind.BodyPosition when q.Axis == 2 => height,
            QuantityKind.Position when q.Index == 7 => elbow,
            _ => 1,
        })).ToArray();
        Assert.Equal(ends, Truth(task.Evaluate<Real>(values, [0, 0]).Terminated));
    }

    [Theory]
    [InlineData("""{ "rewards": [] }""", "the key 'rewards' is unknown. Did you mean 'reward'?")]
    [InlineData("""{ "reward": [] }""", "'reward' is a list of 0; a list with at least one term is expected.")]
    [InlineData("""{ "reward": [{ "term": "upwright" }] }""", "there is no term 'upwright'. Did you mean 'upright'?")]
    [InlineData("""{ "reward": [{ "term": "upright", "body": "hnd" }] }""", "arm.xml has no body 'hnd'. Did you mean 'hand'?")]
    [InlineData("""{ "reward": [{ "term": "upright", "axis": "x" }] }""", "the key 'reward[0].axis' is unknown.")]
    [InlineData("""{ "reward": [{ "expression": "position(elbo)" }] }""", "arm.xml has no joint 'elbo'. Did you mean 'elbow'?")]
    [InlineData("""{ "reward": [{ "expression": "positon(elbow)" }] }""", "'positon' is unknown. Did you mean 'position'?")]
    [InlineData("""{ "reward": [{ "expression": "1 +" }] }""", "a number, a quantity or a function is expected, not the end")]
    [InlineData("""{ "reward": [{ "expression": "(1" }] }""", "')' is expected, not the end")]
    [InlineData("""{ "reward": [{ "expression": "1 2" }] }""", "an operator or the end is expected, not '2'")]
    [InlineData("""{ "reward": [{ "expression": "2 ^ 0.5" }] }""", "after '^' comes a whole number from 1 to 16")]
    [InlineData("""{ "reward": [{ "expression": "min(1)" }] }""", "min takes 2 values, not 1")]
    [InlineData("""{ "reward": [{ "expression": "position(base)" }] }""", "position(base) has 7 components; choose one of position(base).x, position(base).y")]
    [InlineData("""{ "reward": [{ "expression": "position(elbow).x" }] }""", "position(elbow) is one number and has no component 'x'")]
    [InlineData("""{ "reward": [{ "expression": "activation(motor)" }] }""", "the actuator 'motor' of arm.xml has no activation.")]
    [InlineData("""{ "observation": ["position(elbow)", "position(elbow)"] }""", "'position(elbow)' is observed twice; leave one out")]
    [InlineData("""{ "observation": [] }""", "a list with at least one quantity is expected.")]
    [InlineData("""{ "keyframe": "hme" }""", "arm.xml has no keyframe 'hme'. Did you mean 'home'?")]
    [InlineData("""{ "frameSkip": 0 }""", "'frameSkip' is 0; a whole number between 1 and 1000 is expected.")]
    [InlineData("""{ "action": { "range": { "motor": [1, -1] } } }""", "the range of 'motor' is empty: low must be below high.")]
    [InlineData("""{ "action": { "range": { "motor": [1] } } }""", "a list [low, high] is expected.")]
    [InlineData("""{ "action": { "range": { "motor": [-5, 5] } } }""", "controls of 'motor' from -5 to 5 go beyond its ctrlrange, -2 to 4.")]
    [InlineData("""{ "action": { "scale": 2 } }""", "controls of 'motor' from -5 to 7 go beyond its ctrlrange, -2 to 4.")]
    [InlineData("""{ "observation": ["positons"] }""", "'positons' is neither a group nor a quantity such as position(joint). Did you mean 'positions'?")]
    [InlineData("""{ "observation": [5] }""", "a text, or an object with 'quantity' is expected.")]
    [InlineData("""{ "reward": [{ "term": "alive", "expression": "1" }] }""", "a term has either 'term' or 'expression', not both.")]
    [InlineData("""{ "reward": [{ "term": "height", "tolerance": 1 }] }""", "'tolerance' is given without a 'target'")]
    [InlineData("""{ "reward": [{ "term": "trackKeyframe", "joints": [] }] }""", "trackKeyframe has no joint to track")]
    [InlineData("""{ "reward": [{ "expression": "position(a 'b')" }] }""", "goes into quotes of the other kind")]
    [InlineData("""{ "description": 5 }""", "a text is expected.")]
    [InlineData("""{ "resetNoise": { "position": { "elbo": 1 } } }""", "arm.xml has no joint 'elbo'. Did you mean 'elbow'?")]
    [InlineData("""{ "termination": [{ "quantity": "up(base)" }] }""", "'below' or 'above' is missing beside 'up(base)'; a number is expected.")]
    [InlineData("[]", "a JSON object is expected.")]
    public void A_bad_file_gets_one_line(string file, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Task(file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("task.json", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_and_an_actuator_without_range_get_one_line()
    {
        var missing = Assert.Throws<ConfigurationException>(() => RobotTask.Create(Path.Combine(folder, "none.json"), Arm, "here", All));
        Assert.StartsWith("there is no task file", missing.Message, StringComparison.Ordinal);
        var unlimited = Arm with { Actuators = [new("motor", double.NaN, double.NaN)] };
        var error = Assert.Throws<ConfigurationException>(() => RobotTask.Create(null, unlimited, "here", All));
        Assert.Contains("the actuator 'motor' has no ctrlrange", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_simulator_does_not_compute_is_refused()
    {
        HashSet<QuantityKind> few = [QuantityKind.Position, QuantityKind.Velocity, QuantityKind.Activation];
        string file = Write("""{ "observation": ["sensor(touch)"] }""");
        var error = Assert.Throws<ConfigurationException>(() => RobotTask.Create(file, Arm, "native", few));
        Assert.Contains("the simulator native does not compute 'sensor'", error.Message, StringComparison.Ordinal);
        file = Write("""{ "observation": ["sensors"] }""");
        error = Assert.Throws<ConfigurationException>(() => RobotTask.Create(file, Arm with { Sensors = [] }, "native", few));
        Assert.Contains("the simulator native does not compute 'sensors'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_and_guide_know_every_word()
    {
        string docs = Path.Combine(Shell.Root, "docs"), guide = File.ReadAllText(Path.Combine(docs, "task-files.md"));
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(docs, "task.schema.json")));
        var definitions = schema.RootElement.GetProperty("$defs");
        var groups = definitions.GetProperty("observed").GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray().Select(g => g.GetString()!);
        Assert.Equal(ObservationGroups.All, groups);
        var terms = definitions.GetProperty("term").GetProperty("oneOf").EnumerateArray().Skip(1)
            .Select(t => t.GetProperty("properties").GetProperty("term").GetProperty("const").GetString()!);
        Assert.Equal(RewardTerms.All, terms);
        Assert.All(RewardTerms.All, term => Assert.Contains($"| `{term}` |", guide, StringComparison.Ordinal));
        Assert.All(ObservationGroups.All, group => Assert.Contains($"`{group}`", guide, StringComparison.Ordinal));
        Assert.All(QuantityNames.All, quantity => Assert.Contains($"`{quantity}(", guide, StringComparison.Ordinal));
        Assert.All(ExpressionParser.FunctionNames, function => Assert.Matches($@"`{function}[(`]", guide));
        foreach (var key in schema.RootElement.GetProperty("properties").EnumerateObject())
        {
            // null stands for a key that is left out, so only an unknown key is refused
            Task($$"""{ "{{key.Name}}": null }""");
            if (key.Name != "$schema") Assert.Contains($"| `{key.Name}` |", guide, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_expressions_are_read_or_refused_in_one_line()
    {
        string[] words = ["position", "(", ")", "elbow", ".", "x", "+", "-", "*", "/", "^", "2", "1e9", "'", "\"", ",", "[", "]", "min", "distance", "control", " ", "é"];
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                new ExpressionParser(text, new QuantityNames(Arm, "here", All), new Formulas([])).Read();
            }
            catch (FormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        string deep = new string('(', 100_000) + "1";
        Assert.Throws<FormatException>(() => new ExpressionParser(deep, new QuantityNames(Arm, "here", All), new Formulas([])).Read());
    }

    private RobotTask Task(string file) => RobotTask.Create(Write(file), Arm, "here", All);

    private string Write(string file)
    {
        string path = Path.Combine(folder, "task.json");
        File.WriteAllText(path, file);
        return path;
    }

    private double Reward(string file)
    {
        var task = Task(file);
        return task.Evaluate<Real>(Values(task), [0.5, 0.5]).Reward;
    }

    // numbers that tell kind, index and axis apart
    private static Real[] Values(RobotTask task) => [.. task.Quantities.Select(q => (Real)(q.Kind switch
    {
        QuantityKind.Position => q.Index,
        QuantityKind.Velocity => 100 + q.Index,
        QuantityKind.Activation => 200 + q.Index,
        QuantityKind.ActuatorForce => 300 + q.Index,
        QuantityKind.BodyPosition => 400 + (10 * q.Index) + q.Axis,
        QuantityKind.BodyVelocity => 500 + (10 * q.Index) + q.Axis,
        QuantityKind.BodyAngularVelocity => 600 + (10 * q.Index) + q.Axis,
        QuantityKind.BodyUp => 700 + (10 * q.Index),
        QuantityKind.SitePosition => 800 + (10 * q.Index),
        QuantityKind.Center => 900 + q.Axis,
        QuantityKind.Sensor => 1000 + q.Index,
        QuantityKind.TendonLength => 1100 + q.Index,
        QuantityKind.TendonVelocity => 1200 + q.Index,
        _ => 1300 + (10 * q.Index),
    }))];

    private static (double Reward, bool Terminated) Judge(RobotTask task, double up, double height, double action = 0)
    {
        var values = task.Quantities.Select(q => (Real)(q.Kind switch
        {
            QuantityKind.BodyUp => up,
            QuantityKind.BodyPosition when q.Axis == 2 => height,
            _ => 0,
        })).ToArray();
        var (reward, terminated) = task.Evaluate<Real>(values, [action, 0]);
        return (Math.Round(reward, 9), Truth(terminated));
    }

    private static bool Truth(Mask<Real> mask) => Real.Select(mask, 1, 0).Value != 0;

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
