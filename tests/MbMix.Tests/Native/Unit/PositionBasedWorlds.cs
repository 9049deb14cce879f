using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>
/// Position-based worlds keep what mechanics keeps, and joints and contacts hold as softly as published.
/// </summary>
public sealed class PositionBasedWorlds
{
    private const double H = 0.005;

    [Fact]
    public void Without_contact_momentum_changes_by_gravity_alone()
    {
        var world = FetchDog.World(H);
        var random = new Random(4);
        var bodies = InTheAir(random);
        var (before, spin) = Momenta(bodies);
        const int Rounds = 50;
        for (int round = 0; round < Rounds; round++) bodies = Round(world, bodies, Torques(random));
        var (after, left) = Momenta(bodies);
        double fall = 11 * 9.8 * 2 * H * Rounds;
        Assert.Equal(before.X, after.X, 1e-9);
        Assert.Equal(before.Y, after.Y, 1e-9);
        Assert.Equal(before.Z - fall, after.Z, 1e-9);

        // angular momentum: damping takes 0.05 / s of the bodies' own part; joint torques and corrections add nothing
        // but what the order of their steps costs
        double change = BraxRuns.Length(left - spin), size = BraxRuns.Length(spin);
        TestContext.Current.TestOutputHelper?.WriteLine($"angular momentum {size}, changed by {change}");
        Assert.InRange(change / size, 0, 0.05);
    }

    [Fact]
    public void Hinges_hold_together_and_stop_at_their_limits_under_full_torque()
    {
        var world = FetchDog.World(H);
        double gap = 0, tilt = 0, angle = 0;
        for (int sign = -1; sign <= 1; sign += 2)
        {
            var bodies = InTheAir(null);
            var torque = Enumerable.Repeat((Real)sign, 10).ToArray();
            for (int round = 0; round < 100; round++)
            {
                bodies = Round(world, bodies, torque);
                gap = Math.Max(gap, BraxRuns.Gaps(world, bodies).Max());
                tilt = Math.Max(tilt, BraxRuns.Tilts(world, bodies).Max());
                angle = Math.Max(angle, BraxRuns.Angles(world, bodies).Max(Math.Abs));
            }
            // they have got there
            Assert.True(BraxRuns.Angles(world, bodies).Max(a => a * sign) > 55);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"gap {gap} m, tilt {tilt} degrees, angle {angle} degrees");
        Assert.InRange(gap, 0, 0.1);
        Assert.InRange(tilt, 0, 10);
        Assert.InRange(angle, 55, 66);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.6)]
    public void Sliding_is_braked_by_half_of_friction_times_gravity_and_stops(double friction)
    {
        // a contact is handled in every other substep, and friction has half of the impulse that this takes
        var world = new PositionBasedWorld(
            [new RigidBody("pebble")], [], [new GroundPoint(0, [0, 0, 0], 1e-3)], [], friction, H);
        var body = Settled(world);
        body = body with { Velocity = new(1, 0, body.Velocity.Z) };
        const int Rounds = 20;
        for (int round = 0; round < Rounds; round++) body = Round(world, [body], [])[0];
        double rate = (1 - body.Velocity.X) / (2 * H * Rounds);
        Assert.Equal(0.5 * friction * 9.8, rate, 0.02 * friction * 9.8);
        for (int round = 0; round < 150; round++) body = Round(world, [body], [])[0];
        Assert.Equal(0, body.Velocity.X, 1e-3);
    }

    [Fact]
    public void A_box_rests_on_its_corners_and_a_ball_on_a_ball_that_counts_as_motionless()
    {
        var box = new PositionBasedWorld(
            [new RigidBody("box")], [], [.. GroundPoint.Corners(0, [0.5, 0.5, 0.25])], [], 0.5, H);
        var resting = Settled(box, 0.25);
        Assert.Equal(0.25, resting.Position.Z, 1e-3);
        Assert.Equal(0, BraxRuns.Length(resting.Turning), 1e-9);

        var balls = new PositionBasedWorld(
            [new RigidBody("ball"), new RigidBody("stone") { Frozen = true }],
            [],
            [],
            [new(new(0, [0, 0.01, 0], 1), new(1, [0, 0.01, 0], 1.5), OneWay: true)],
            1,
            H);
        BodyState<Real>[] bodies =
            [BodyState<Real>.Resting(new(0, 0, 2.5)), BodyState<Real>.Resting(Vector3<Real>.Zero)];
        for (int round = 0; round < 50; round++) bodies = Round(balls, bodies, []);
        Assert.Equal(2.5, bodies[0].Position.Z, 2e-3);
        Assert.Equal(Vector3<Real>.Zero, bodies[1].Position);
    }

    private static BodyState<Real> Settled(PositionBasedWorld world, double height = 1e-3)
    {
        var body = BodyState<Real>.Resting(new(0, 0, height));
        for (int round = 0; round < 100; round++) body = Round(world, [body], [])[0];
        return body;
    }

    private static BodyState<Real>[] Round(PositionBasedWorld world, BodyState<Real>[] bodies, Real[] action)
    {
        var stopped = new Vector3<Real>[bodies.Length];
        return world.Round(bodies, action, stopped);
    }

    private static Real[] Torques(Random random) =>
        [.. Enumerable.Range(0, 10).Select(_ => (Real)(random.NextDouble() - 0.5))];

    // the dog far above the ground, turning as one, with some motion of its own if a generator is given
    private static BodyState<Real>[] InTheAir(Random? random)
    {
        double Some() => random is null ? 0 : random.NextDouble() - 0.5;
        return
        [
            .. FetchDog.Starts.Select(start =>
            {
                var at = new Vector3<Real>(start[0], start[1], start[2] + 100);
                Vector3<Real> turning = new(0.5, 0.3, 2);
                var own = new Vector3<Real>(Some(), Some(), Some());
                var velocity = random is null
                    ? Vector3<Real>.Zero
                    : own + Vector3<Real>.Cross(turning, at - new Vector3<Real>(0, 0, 101));
                return new BodyState<Real>(
                    at, Quaternion<Real>.Identity, velocity, random is null ? Vector3<Real>.Zero : turning);
            }),
        ];
    }

    // momentum, and angular momentum about the common center
    private static (Vector3<Real> Linear, Vector3<Real> Angular) Momenta(BodyState<Real>[] bodies)
    {
        Vector3<Real> linear = Vector3<Real>.Zero, center = Vector3<Real>.Zero, angular = Vector3<Real>.Zero;
        foreach (var b in bodies)
        {
            linear += b.Velocity;
            center += (Real)(1.0 / bodies.Length) * b.Position;
        }
        foreach (var b in bodies) angular += b.Turning + Vector3<Real>.Cross(b.Position - center, b.Velocity);
        return (linear, angular);
    }
}
