using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit;

/// <summary>The MJCF models of the DiffRL robots are the robots of Sim.Native, as far as MuJoCo can say the same.</summary>
public sealed class SuiteRobotsInMuJoCo
{
    // the native descriptions have seven digits
    private const double Digits = 2e-6;

    public static TheoryData<string> Names => new("cartpole", "hopper", "cheetah", "ant", "humanoid");

    [Theory]
    [MemberData(nameof(Names))]
    public void Joints_have_the_same_laws_in_the_same_order(string name)
    {
        using var robot = new SuiteRobot(name);
        var model = robot.Model;
        Assert.Equal((robot.Native.Positions, robot.Native.Velocities), (model.Nq, model.Nv));
        int last = -1;
        for (int i = 0; i < robot.Links.Length; i++)
        {
            var link = robot.Links[i];
            if (link.Joint == JointKind.Fixed) continue;
            int joint = robot.Joint(i), dof = robot.Dof(i);
            Assert.Equal((++last, robot.Native.PositionOf(i)), (joint, model.JointQposAdr[joint]));
            Assert.Equal(link.Joint, model.JointType[joint] switch { MjJointType.Free => JointKind.Free, MjJointType.Slide => JointKind.Prismatic, _ => JointKind.Revolute });
            if (link.Joint == JointKind.Free)
            {
                Assert.Equal([0, 0, 0, 0, 0, 0], model.DofArmature.Slice(dof, 6).ToArray());
                Assert.Equal([0, 0, 0, 0, 0, 0], model.DofDamping.Slice(dof, 6).ToArray());
                continue;
            }
            Assert.Equal(link.Armature, model.DofArmature[dof], Digits);
            Assert.Equal(link.Damping + link.LimitDamping, model.DofDamping[dof], Digits);
            Assert.Equal(link.Stiffness, model.JointStiffness[joint], Digits);
            Assert.Equal(link.Limits is not null, model.JointLimited[joint]);
            if (link.Limits is { } limits) Assert.Equal(limits, model.JointRange.Slice(2 * joint, 2).ToArray(), (a, b) => Math.Abs(a - b) < Digits);
        }
    }

    [Theory]
    [InlineData("cartpole", "diffrl/cartpole-swingup-v1")]
    [InlineData("hopper", "diffrl/hopper-v1")]
    [InlineData("cheetah", "diffrl/cheetah-v1")]
    [InlineData("ant", "diffrl/ant-v1")]
    [InlineData("humanoid", "diffrl/humanoid-v1")]
    public void Motors_are_the_tasks_actions(string name, string id)
    {
        using var robot = new SuiteRobot(name);
        var task = Tasks.Make(name);
        Assert.Equal(id, task.Spec.Id);
        var action = task.Spec.Action;
        Assert.Equal(action.Size, robot.Model.Nu);
        for (int i = 0; i < action.Size; i++)
        {
            Assert.Equal(action.Dimensions[i].Name, robot.Model.Name(MjObject.Actuator, i));
            Assert.Equal([action.Dimensions[i].Low, action.Dimensions[i].High], robot.Model.ActuatorCtrlRange.Slice(2 * i, 2).ToArray());
            double gear = name switch { "cartpole" => 1000, "humanoid" => FloatingTaskTraits.Humanoid.MotorTorque(i), _ => 200 };
            Assert.Equal(gear, robot.Model.ActuatorGear[6 * i], 1e-12);
            Assert.Equal(robot.Model.Nu == 1 ? 0 : i + robot.Model.NJoint - robot.Model.Nu, robot.Model.ActuatorTarget[2 * i]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Masses_are_where_they_are_in_any_pose(string name)
    {
        using var robot = new SuiteRobot(name);
        var random = new Random(1);
        Assert.Equal(robot.Links.Sum(l => l.Mass), robot.Model.BodySubtreeMass[0], 1e-4);
        for (int pose = 0; pose < 5; pose++)
        {
            var (q, qd) = robot.InTheAir(random);
            robot.Set(q, qd);
            robot.Data.Forward();
            var poses = robot.Native.Kinematics<Real>(Physics.Reals(q));
            for (int i = 0; i < robot.Links.Length; i++)
            {
                if (robot.Links[i].Mass == 0) continue;
                int body = robot.Body(i);
                Assert.Equal(robot.Links[i].Mass, robot.Model.BodyMass[body], robot.Links[i].Mass * Digits);
                var expected = poses[i].Center;
                Assert.Equal([expected.X.Value, expected.Y.Value, expected.Z.Value], robot.Data.XIpos.Slice(3 * body, 3).ToArray(), (a, b) => Math.Abs(a - b) < Digits);
            }
        }
    }

    [Theory]
    [InlineData("cartpole")]
    [InlineData("hopper")]
    [InlineData("cheetah")]
    public void Planar_robots_have_the_same_inertia_about_their_one_axis(string name)
    {
        using var robot = new SuiteRobot(name);
        robot.Data.Forward();
        for (int i = 0; i < robot.Links.Length; i++)
        {
            if (robot.Links[i].Mass == 0) continue;
            int body = robot.Body(i);
            var axes = robot.Data.XImat.Slice(9 * body, 9);
            var principal = robot.Model.BodyInertia.Slice(3 * body, 3);
            // the link's y axis is the world's z axis, backwards, where all angles are zero
            double about = 0;
            for (int k = 0; k < 3; k++) about += principal[k] * axes[6 + k] * axes[6 + k];
            Assert.Equal(robot.Links[i].Inertia[1], about, robot.Links[i].Inertia[1] * 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_is_the_suites_spring_in_any_pose(string name)
    {
        using var robot = new SuiteRobot(name, contacts: false);
        var random = new Random(2);
        for (int i = 0; i < robot.Links.Length; i++)
        {
            if (robot.Links[i].Limits is not { } limits) continue;
            foreach (double beyond in new[] { -0.1, -0.01, 0.01, 0.1 })
            {
                var (q, _) = robot.InTheAir(random);
                q[robot.Native.PositionOf(i)] = beyond > 0 ? limits[1] + beyond : limits[0] + beyond;
                robot.Set(q, new double[robot.Native.Velocities]);
                robot.Data.Forward();
                double expected = -robot.Links[i].LimitStiffness * beyond, force = robot.Data.QfrcConstraint[robot.Dof(i)];
                // the constraint also takes a thousandth of what the other forces do to the joint
                double others = Enumerable.Range(0, robot.Model.Nv).Max(k => Math.Abs(robot.Data.QfrcPassive[k] - robot.Data.QfrcBias[k]));
                Assert.Equal(expected, force, 2e-3 * (Math.Abs(expected) + others));
            }
        }
    }
}
