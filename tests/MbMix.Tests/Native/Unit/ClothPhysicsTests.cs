using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Each part of the physics of cloth alone, against closed forms.</summary>
public sealed class ClothPhysicsTests
{
    private const double Period = 0.002, Friction = 0.5, Damping = 2, Gravity = 0.5;

    private static readonly ClothMaterial Material = new(900, Friction, Period);

    [Fact]
    public void Springs_pull_with_stiffness_times_strain_and_their_forces_cancel()
    {
        var sheet = ClothSheets.Rectangle;
        Assert.Equal((512, 1906), (sheet.Particles, sheet.Springs.Length));
        var forces = new Real[3 * sheet.Particles];
        var random = new Random(1);
        Real[] moved = [.. sheet.Rest.Select(x => (Real)(x + (0.01 * random.NextDouble())))];
        Real.AddTerms(new ClothSpring(900, false), sheet.Springs, moved, forces);
        for (int k = 0; k < 3; k++)
            Assert.Equal(0, Enumerable.Range(0, sheet.Particles).Sum(i => forces[(3 * i) + k].Value), 9);
        Assert.True(forces.Max(f => Math.Abs(f.Value)) > 10);

        // two particles at one and a half times their distance at rest
        var pair = new ClothSheet(80, [(0, 0), (1, 0)]);
        Real[] apart = [.. pair.Rest.Select(x => (Real)(1.5 * x))];
        forces = new Real[6];
        Real.AddTerms(new ClothSpring(900, false), pair.Springs, apart, forces);
        Assert.Equal([450.0, 0, 0, -450, 0, 0], forces.Select(f => Math.Round(f.Value, 9)));
    }

    [Fact]
    public void A_particle_in_the_air_falls_with_gravity_twice_or_mended_once()
    {
        foreach (bool mended in new[] { false, true })
        {
            double[] at = [0.5, 0.8, 0.5, 0, 0, 0];
            double v = 0, y = 0.8, keep = Math.Exp(-Damping * Period);
            for (int step = 0; step < 200; step++)
            {
                at = Step(at, Material with { Mended = mended });
                v = mended ? (v - (2 * Gravity * Period)) * keep : (v - (Gravity * Period) - (Gravity * Period)) * keep;
                y += v * Period;
            }
            Assert.Equal(y, at[1], 12);
            // the limit of small steps is -(2 g / c)(1 - exp(-c t))
            Assert.Equal(-(2 * Gravity / Damping) * (1 - Math.Exp(-Damping * 200 * Period)), at[4], 2e-3);
        }
    }

    [Fact]
    public void Friction_stops_a_particle_where_it_should()
    {
        double[] at = [0.3, 0, 0.5, 0.4, 0, 0];
        for (int step = 0; step < 1000; step++) at = Step(at, Material);
        // v' = -c v - mu g: it stops after ln(1 + c v / (mu g)) / c, at v / c - mu g t / c
        double pull = Friction * Gravity, time = Math.Log(1 + (Damping * 0.4 / pull)) / Damping;
        Assert.Equal(0.3 + ((0.4 - (pull * time)) / Damping), at[0], 1e-3);
        Assert.InRange(Math.Abs(at[3]), 0, 6e-4);
    }

    [Fact]
    public void What_lies_on_the_table_keeps_falling_as_published_or_rests_when_mended()
    {
        double[] published = [0.5, 0, 0.5, 0, 0, 0], mended = [0.5, 0.001, 0.5, 0, 0, 0];
        for (int step = 0; step < 3000; step++)
        {
            published = Step(published, Material);
            mended = Step(mended, Material with { Mended = true });
        }
        Assert.Equal((-0.5, -0.001), (Math.Round(published[4], 2), Math.Round(published[1], 4)));
        Assert.InRange(mended[1], 0, 1e-5);
        Assert.InRange(Math.Abs(mended[4]), 0, 2.1e-3);
    }

    [Fact]
    public void A_closed_gripper_carries_what_is_inside_and_nothing_else()
    {
        double[] Held(double x, double open) =>
            Step([x, 0.05, 0.5, 0.2, 0.1, 0], Material, gripper: [0.5, 0.05, 0.5], displacement: [0.001, 0, 0], open);
        Assert.Equal([0.509 + 0.001, 0.05, 0.5, 0, 0, 0], Held(0.509, open: 0).Select(x => Math.Round(x, 12)));
        Assert.NotEqual(0, Held(0.511, open: 0)[3]);
        Assert.NotEqual(0, Held(0.509, open: 1)[3]);
    }

    [Fact]
    public void A_pick_moves_the_particles_under_it_to_the_place()
    {
        var world = new ClothWorld(ClothTaskTraits.FoldOnce);
        int edge = 31; // row 0, last column: a corner
        var before = world.At(edge);
        world.Pull(before.X, before.Z, before.X - 0.05, before.Z - 0.05);
        var after = world.At(edge);
        Assert.Equal((before.X - 0.05, before.Z - 0.05), (after.X, after.Z), (a, b) =>
            Math.Abs(a.Item1 - b.Item1) < 0.02 && Math.Abs(a.Item2 - b.Item2) < 0.02);
        Assert.Equal(0.5875, world.At(511 - 31).X, 0.06); // the opposite corner
    }

    private static double[] Step(
        double[] at, ClothMaterial material, double[]? gripper = null, double[]? displacement = null, double open = 1)
    {
        Real[] inputs =
        [
            .. at.Select(x => (Real)x), 0, 0, 0,
            .. (gripper ?? [0, 0, 0]).Select(x => (Real)x), .. (displacement ?? [0, 0, 0]).Select(x => (Real)x), open,
        ];
        var outputs = new Real[6];
        new ClothParticle(material, softGrasp: false, stableGradient: false).Evaluate<Real>(inputs, [], outputs);
        return [.. outputs.Select(x => x.Value)];
    }
}
