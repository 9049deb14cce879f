using MbMix.Differentiation;
using MbMix.Sim.MuJoCoFD;
using MbMix.Sim.Native;
using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>Bruce is the same robot with the same task on both simulators.</summary>
public sealed class BruceOnMuJoCo
{
    [Fact]
    public void Joints_accelerate_alike_in_the_air()
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        using var model = ModelFiles.Load("bruce");
        using var data = new MjData(model);
        var options = new BruceOptions();
        var body = new ArticulatedBody(BruceRobot.Describe(options));
        Assert.Equal(body.Robot.Links.Sum(l => l.Mass), model.BodyMass.ToArray().Sum(), 1e-9);
        var random = new Random(5);
        for (int state = 0; state < 5; state++)
        {
            var (q, qd) = Physics.RandomState(body, random);
            (q[0], q[1], q[2]) = (0, 5, 0);
            for (int i = 0; i < 10; i++)
            {
                double[] limits = body.Robot.Links[i + 1].Limits!;
                q[7 + i] = limits[0] + ((0.2 + (0.6 * random.NextDouble())) * (limits[1] - limits[0]));
            }
            double[] action = [.. Enumerable.Range(0, 10).Select(_ => (2 * random.NextDouble()) - 1)];
            Set(data, q, qd);
            action.CopyTo(data.Ctrl);
            data.Forward();

            var torques = new Real[16];
            BruceRobot.Torques<Real>(
                options, Physics.Reals(action), Physics.Reals(q[7..]), Physics.Reals(qd[6..]), torques.AsSpan(6));
            double[] after = [.. qd];
            const double h = 1e-3;
            Physics.Run(body, [.. q], after, h, 1, [.. torques.Select(t => t.Value)]);
            double[] ours = [.. Enumerable.Range(6, 10).Select(i => (after[i] - qd[i]) / h)];
            Assert.InRange(Physics.Distance(ours, data.Qacc[6..].ToArray()) / ours.Max(Math.Abs), 0, 1e-6);
        }
    }

    [Fact]
    public void Both_see_and_reward_the_same()
    {
        using var native = (IPredictiveEnv)NativeEnv();
        using var mujoco = (IPredictiveEnv)MuJoCoEnvs.Make("mujoco/bruce-fast-run-v1", ["env.randomStart=false"]);
        Assert.Equal(native.Spec.Observation.Dimensions.Select(d => (d.Name, d.Unit)), mujoco.Spec.Observation.Dimensions.Select(d => (d.Name, d.Unit)));
        Assert.Equal(native.Spec.Action.Dimensions.Select(d => d.Name), mujoco.Spec.Action.Dimensions.Select(d => d.Name));
        using var a = native.Reset([new LaneKey(0, 0, 0)]);
        using var b = mujoco.Reset([new LaneKey(0, 0, 0)]);
        using var action = torch.full([1, 10], 0.3);
        using var ours = native.Evaluate(a, action, a).Observation.to(torch.ScalarType.Float64);
        using var theirs = mujoco.Evaluate(b, action.to(torch.ScalarType.Float64), b).Observation.to(torch.ScalarType.Float64);
        Assert.True(torch.allclose(ours, theirs, 1e-5, 1e-5), $"{ours.ToString(TensorStringStyle.Numpy)} {theirs.ToString(TensorStringStyle.Numpy)}");
        float reward = native.Evaluate(a, action, a).Reward.to(torch.ScalarType.Float32).item<float>();
        Assert.Equal(reward, mujoco.Evaluate(b, action.to(torch.ScalarType.Float64), b).Reward.to(torch.ScalarType.Float32).item<float>(), 1e-4f);
    }

    private static IDifferentiableEnv NativeEnv() =>
        MbMix.Simulation.TracedEnv.Create(
            new MbMix.Sim.Native.BruceFastRun(new BruceOptions { RandomStart = false }),
            new MbMix.Simulation.TracedEnvOptions(),
            new EnvContext { Workers = new LearningWorkers(), Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance });

    // a state of ours, y up and the twist about the world's origin, in a world where z is up
    private static void Set(MjData data, double[] q, double[] qd)
    {
        Vector3<Real> position = new(q[0], q[1], q[2]), angular = new(qd[0], qd[1], qd[2]);
        var velocity = new Vector3<Real>(qd[3], qd[4], qd[5]) + Vector3<Real>.Cross(angular, position);
        var turn = Quaternion<Real>.From(Physics.Reals(q[3..7]));
        var own = turn.ToMatrix().Transposed * angular;
        var risen = Quaternion<Real>.Rotation([1, 0, 0], Math.PI / 2) * turn;
        double[] qpos = [q[0], -q[2], q[1], risen.W, risen.Vector.X, risen.Vector.Y, risen.Vector.Z, .. q[7..]];
        double[] qvel = [velocity.X, -velocity.Z, velocity.Y, own.X, own.Y, own.Z, .. qd[6..]];
        qpos.CopyTo(data.Qpos);
        qvel.CopyTo(data.Qvel);
    }
}
