using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>The contact's terms one by one.</summary>
public sealed class GroundContacts
{
    private static readonly ContactMaterial Ground = new(Stiffness: 2000, Damping: 300, Viscosity: 100, Friction: 0.5);

    [Fact]
    public void Above_the_ground_there_is_no_force()
    {
        Assert.Equal([0, 0, 0], Force(0.01, 3, -5, 1));
        Assert.Equal([0, 0, 0], Force(0, 3, -5, 1));
    }

    [Fact]
    public void At_rest_the_force_is_elastic() => Assert.Equal([0, 40, 0], Force(-0.02, 0, 0, 0), Close);

    [Theory]
    [InlineData(-0.5, 300 * 0.5 * 0.02)]
    [InlineData(0.5, 0)] // nothing holds back what leaves
    public void Damping_is_of_depth_times_approach(double speed, double damping) => Assert.Equal([0, 40 + damping, 0], Force(-0.02, 0, speed, 0), Close);

    [Fact]
    public void Slow_sliding_is_viscous() => Assert.Equal([-100 * 0.03, 40, -100 * -0.04], Force(-0.02, 0.03, 0, -0.04), Close);

    [Theory]
    [InlineData(0)]
    [InlineData(-2)] // damping does not widen the bound
    public void Fast_sliding_meets_coulombs_bound_on_the_elastic_force(double approach)
    {
        double[] f = Force(-0.02, 3, approach, -4);
        Assert.Equal(-0.5 * 40 * 0.6, f[0], 1e-12);
        Assert.Equal(0.5 * 40 * 0.8, f[2], 1e-12);
    }

    [Fact]
    public void The_point_of_a_turning_link_moves_as_a_point_of_it()
    {
        // turning about z at (0, 0.3, 0) with the lowest point at y = -0.02: it slides along x with 0.32 w
        var at = Physics.Vector(0, -0.02, 0);
        var spin = Physics.Vector(0, 0, 0.5);
        var motion = new SpatialVector<Real>(spin, -Vector3<Real>.Cross(spin, Physics.Vector(0, 0.3, 0)));
        var wrench = GroundContact.Wrench(Ground, at, motion);
        Assert.Equal(-100 * 0.5 * 0.32, wrench.Linear.X, 1e-12);
        var torque = Vector3<Real>.Cross(at, wrench.Linear);
        Assert.Equal(torque, wrench.Angular);
    }

    [Theory]
    [InlineData(0.0, 0.0, 0.0)] // at the ground, at rest
    [InlineData(-0.02, 0.0, 0.0)] // in it, not sliding
    [InlineData(-0.02, 1e-30, 0.0)] // hardly sliding
    [InlineData(-0.02, 0.2, -0.3)] // at the corner of stick and slip
    [InlineData(0.01, 0.0, 0.0)] // above
    public void Derivatives_are_finite_at_every_corner(double height, double vx, double vy)
    {
        var engine = new Engines<double>(new TouchingPoint(Ground));
        var forward = engine.Forward(1, [height, vx, vy, 0], [0]);
        Assert.Equal(Force(height, vx, vy, 0), forward.Next.AsSpan(0, 3).ToArray(), Close);
        for (int i = 0; i < 3; i++)
        {
            var seed = new double[4];
            seed[i] = 1;
            Assert.All(engine.Backward(1, forward.Tape, seed, null, null).dState, d => Assert.InRange(Math.Abs(d), 0, 1e5));
        }
    }

    [Fact]
    public void Derivatives_are_those_of_the_force()
    {
        var engine = new Engines<double>(new TouchingPoint(Ground));
        foreach (var point in new double[][] { [-0.02, 0.03, -0.4, -0.04], [-0.02, 3, -0.4, 1], [-0.02, 3, 0.4, 1], [-0.02, 0, -0.4, 0] })
        {
            var tape = engine.Forward(1, point, [0]).Tape;
            for (int i = 0; i < 3; i++)
            {
                var seed = new double[4];
                seed[i] = 1;
                double[] exact = engine.Backward(1, tape, seed, null, null).dState;
                for (int k = 0; k < 4; k++)
                {
                    double At(double d) => Force(point[0] + (k == 0 ? d : 0), point[1] + (k == 1 ? d : 0), point[2] + (k == 2 ? d : 0), point[3] + (k == 3 ? d : 0))[i];
                    Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, exact[k], 1e-4);
                }
            }
        }
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static double[] Force(double height, double vx, double vy, double vz)
    {
        var f = GroundContact.Wrench<Real>(Ground, new(0.7, height, -0.2), new(Vector3<Real>.Zero, new(vx, vy, vz))).Linear;
        return [f.X, f.Y, f.Z];
    }
}
