using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using MbMix.Simulation.MuJoCo;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix inspect</c>: shows what a model file consists of, and what in it makes gradients unreliable.
/// </summary>
internal static class InspectCommand
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "Model file (MJCF or URDF)." };
        var json = new Option<bool>("--json") { Description = "Write JSON instead of text." };
        var command = new Command("inspect", "Show what a model file consists of, as MuJoCo reads it.") { model, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string path, bool json)
    {
        var report = ModelInspector.Inspect(UserPath.ExistingFile(path, "the model"));
        if (json) Console.WriteLine(JsonSerializer.Serialize(report, Format));
        else Write(report);
        return ExitCodes.Success;
    }

    private static void Write(ModelReport report)
    {
        Console.WriteLine($"{OneLine.Path(report.File)}  (MuJoCo {report.Mujoco}, {report.Library})");
        string sizes = string.Join(", ", report.Sizes.Where(s => s.Value > 0).Select(s => $"{s.Key} {s.Value}"));
        Console.WriteLine($"  {sizes}");
        string numbers = FormattableString.Invariant($"{report.Mass:G4} kg; step {report.Timestep:G4} s");
        Console.WriteLine($"  {numbers}, {report.Integrator}, {report.Solver}, {report.Cone}");
        Console.WriteLine("\nBodies");
        foreach (var body in report.Bodies)
        {
            string mass = body.Depth == 0 ? "" : FormattableString.Invariant($"  {body.Mass:G4} kg");
            if (body.Mocap) mass += "; mocap";
            string joints = body.Joints.Count == 0 ? "" : $"; joints: {string.Join(", ", body.Joints)}";
            string sites = body.Sites.Count == 0 ? "" : $"; sites: {string.Join(", ", body.Sites)}";
            Console.WriteLine($"  {new string(' ', 2 * body.Depth)}{body.Name}{mass}{joints}{sites}");
        }
        Table("Joints", report.Joints);
        Table("Actuators", report.Actuators);
        Table("Sensors", report.Sensors);
        Table("Tendons", report.Tendons);
        Table("Equality constraints", report.Equalities);
        Table("Keyframes", report.Keyframes);
        Console.WriteLine("\nGradients by finite differences");
        if (report.Refusal is { } refusal) Console.WriteLine($"  no environment: {refusal}");
        if (report.Refusal is null && report.NoGradients is null && report.Concerns.Count == 0)
            Console.WriteLine("  nothing in the model makes them unreliable");
        foreach (var (what, hint) in report.Concerns) Console.WriteLine($"  {what}\n    hint: {hint}");
    }

    private static void Table(string title, IReadOnlyList<PartReport> parts)
    {
        if (parts.Count == 0) return;
        Console.WriteLine($"\n{title}");
        int width = parts.Max(p => p.Name.Length);
        foreach (var part in parts) Console.WriteLine($"  {part.Name.PadRight(width)}  {part.Facts}");
    }
}
