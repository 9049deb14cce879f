using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>What a robot does to itself changes neither its momentum nor its angular momentum.</summary>
public sealed class FloatingRobots
{
    [Theory]
    [InlineData("ant")]
    [InlineData("humanoid")]
    [InlineData("snu-humanoid")]
    public void Internal_forces_leave_the_momenta_alone(string model)
    {
        // joint springs, dampers, limits and armature stay: they act between links
        var body = new ArticulatedBody(Physics.Robot(model).Robot with { Gravity = Physics.Weightless, Contacts = [], Muscles = [] });
        var random = new Random(3);
        var (start, speed) = Physics.RandomState(body, random);
        double[] torques = [.. Enumerable.Range(0, body.Velocities).Select(i => i < 6 ? 0 : 20 * (random.NextDouble() - 0.5))];
        const double seconds = 0.02;

        double Error(int n)
        {
            double[] q = [.. start], qd = [.. speed];
            double[] before = new LinkMotions(body, q, qd).Momentum();
            Physics.Run(body, q, qd, seconds / n, n, torques);
            double[] after = new LinkMotions(body, q, qd).Momentum();
            return Physics.Distance(before, after) / before.Max(Math.Abs);
        }
        double coarse = Error(200), fine = Error(400);
        Assert.InRange(fine, 0, 0.01);
        Assert.InRange(coarse / fine, 1.8, 2.2); // vanishes with the first order of the step
    }

    [Fact]
    public void Torques_do_change_the_motion()
    {
        var body = new ArticulatedBody(RobotDescription.Load("ant") with { Gravity = [0, 0, 0], Contacts = [] });
        double[] q = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, -1, 0, -1, 0, 1], qd = new double[body.Velocities];
        double[] torques = [0, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0];
        Physics.Run(body, q, qd, 1e-4, 100, torques);
        Assert.True(qd[6] > 0.1 && qd[2] < -0.001, $"leg {qd[6]}, torso {qd[2]}");
    }
}
