using MbMix.Differentiation;
using MbMix.Sim.Native;

namespace MbMix.Tests.Unit;

/// <summary>Springs, dampers and limits inside a joint.</summary>
public sealed class JointLimits
{
    private static readonly LinkDescription Joint = new()
    {
        Name = "joint",
        Joint = JointKind.Revolute,
        Axis = [0, 0, 1],
        Limits = [-0.5, 1],
        LimitStiffness = 1000,
    };

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(-0.5, 0)]
    [InlineData(1.0, 0)]
    [InlineData(-0.7, 200)]
    [InlineData(1.1, -100)]
    public void A_limit_pushes_back_by_how_far_it_is_passed(double angle, double expected) => Assert.Equal(expected, Force(Joint, angle, 0), 1e-9);

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.2)]
    public void Dampers_act_within_the_limits_and_beyond(double angle)
    {
        var damped = Joint with { Damping = 2, LimitDamping = 10 };
        Assert.Equal(-12 * 3, Force(damped, angle, 3) - Force(damped, angle, 0), 1e-9);
    }

    [Fact]
    public void A_spring_pulls_to_zero_without_any_limit() => Assert.Equal(-4 * 5, Force(Joint with { Limits = null, Stiffness = 4 }, 5, 0), 1e-12);

    [Fact]
    public void Nothing_resists_a_free_body() => Assert.Equal(0, Force(Joint with { Joint = JointKind.Free, Stiffness = 4, Damping = 1 }, 5, 3));

    private static double Force(LinkDescription link, double q, double qd) => JointMotion.PassiveForce<Real>(link, q, qd);
}
