using MbMix.Sim.MuJoCoFD;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>An imported robot is the robot that MuJoCo makes of the same file.</summary>
public sealed class ImportedRobotsInMuJoCo
{
    public static TheoryData<string> Ours => new(ImportedModels.Names);

    public static TheoryData<string> Bundled => new(
        "ant", "half-cheetah", "hopper", "walker2d", "humanoid", "inverted-pendulum", "inverted-double-pendulum",
        "reacher", "pusher", "diffrl-ant", "diffrl-cartpole", "diffrl-cheetah", "diffrl-hopper", "diffrl-humanoid");

    [Theory]
    [MemberData(nameof(Ours))]
    public void Accelerations_of_our_models_are_equal(string name) => Accelerations(name, ImportedModels.Smooth(name));

    [Theory]
    [MemberData(nameof(Bundled))]
    public void Accelerations_of_published_models_are_equal(string name) =>
        Accelerations(name, ImportedModels.Smoothed(ModelFiles.Text(name)));

    [Theory]
    [MemberData(nameof(Ours))]
    public void Quantities_are_equal(string name)
    {
        string xml = ImportedModels.Smooth(name);
        string[] bodies = [.. MjcfImporter.FromText(xml, name).Bodies.Select(b => b.Name).Where(n => xml.Contains($"\"{n}\"", StringComparison.Ordinal))];
        using var both = new ImportedInMuJoCo(ImportedModels.WithVelocities(xml, bodies));
        var (robot, data, random) = (both.Robot, both.Data, new Random(2));
        Assert.Equal(robot.StartPositions, both.Model.Qpos0.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(robot.Static.Mass + robot.Description.Links.Sum(l => l.Mass), both.Model.BodySubtreeMass[0], 1e-9);
        var quantities = new ImportedQuantities(robot, both.Body);
        for (int sample = 0; sample < 5; sample++)
        {
            var (state, _) = both.Random(random);
            void Same(QuantityKind kind, int index, IReadOnlyList<double> expected)
            {
                Quantity[] wanted = [.. expected.Select((_, axis) => new Quantity(kind, index, axis))];
                var values = quantities.Compute<Differentiation.Real>(wanted, Physics.Reals(state));
                Assert.Equal(expected, values.Select(v => v.Value), (a, b) => Math.Abs(a - b) < 1e-9);
            }
            for (int i = 0; i < both.Model.Nq; i++) Same(QuantityKind.Position, i, [data.Qpos[i]]);
            for (int i = 0; i < both.Model.Nv; i++) Same(QuantityKind.Velocity, i, [data.Qvel[i]]);
            for (int i = 0; i < robot.Bodies.Count; i++) Same(QuantityKind.BodyPosition, i, data.XPos.Slice(3 * i, 3).ToArray());
            for (int i = 0; i < robot.Sites.Count; i++) Same(QuantityKind.SitePosition, i, data.SiteXpos.Slice(3 * i, 3).ToArray());
            Same(QuantityKind.Center, 0, data.SubtreeCom[..3].ToArray());
            for (int i = 0; i < bodies.Length; i++)
            {
                int body = robot.Bodies.ToList().FindIndex(b => b.Name == bodies[i]);
                Same(QuantityKind.BodyVelocity, body, data.SensorData.Slice(6 * i, 3).ToArray());
                Same(QuantityKind.BodyAngularVelocity, body, data.SensorData.Slice((6 * i) + 3, 3).ToArray());
            }
        }
    }

    private static void Accelerations(string name, string xml)
    {
        using var both = new ImportedInMuJoCo(xml);
        Assert.Equal((both.Model.Nq, both.Model.Nv, both.Model.Nu), (both.Robot.Positions, both.Robot.Velocities, both.Robot.Actuators.Count));
        var random = new Random(1);
        double worst = 0;
        for (int sample = 0; sample < 10; sample++)
        {
            var (state, controls) = both.Random(random);
            double[] ours = both.Accelerations(state, controls), expected = both.Data.Qacc.ToArray();
            worst = Math.Max(worst, Physics.Distance(ours, expected) / expected.Max(Math.Abs));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:G3}");
        Assert.InRange(worst, 0, 1e-7);
    }
}
