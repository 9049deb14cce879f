using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>
/// Compares the outcome of five successive control steps with Gymnasium's formulas, written a second time over a
/// simulation that runs on without interruption, with the lag of body frames and the solver's warm start.
/// </summary>
public sealed class MuJoCoFormulas
{
    private delegate (double[] Observation, double Reward, bool Terminated) Formula(
        MjData data, double[] lastPoint, double[] action, double dt);

    [Theory]
    [InlineData("inverted-pendulum-v5", 2, 1e-9)]
    [InlineData("inverted-double-pendulum-v5", 5, 1e-7)]
    [InlineData("reacher-v5", 2, 1e-9)]
    [InlineData("pusher-v5", 5, 1e-6)]
    [InlineData("swimmer-v5", 4, 1e-9)]
    [InlineData("hopper-v5", 4, 1e-6)]
    [InlineData("walker2d-v5", 4, 1e-6)]
    [InlineData("half-cheetah-v5", 5, 1e-6)]
    [InlineData("ant-v5", 5, 1e-5)]
    [InlineData("humanoid-v5", 5, 2e-2)] // PGS does not converge, so the warm start shows
    [InlineData("humanoid-standup-v5", 5, 2e-2)]
    public void The_formulas_are_those_of_gymnasium(string name, int frameSkip, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/" + name);
        using var model = MuJoCoEnvs.Model(name[..^3]);
        using var data = new MjData(model);
        var formula = Of(name, model);
        var state = MuJoCoEnvs.Start(env, 1);
        double[] start = MuJoCoEnvs.Numbers(state);
        start.AsSpan(0, model.Nq).CopyTo(data.Qpos);
        start.AsSpan(model.Nq, model.Nv).CopyTo(data.Qvel);
        data.Forward();
        var dt = model.Timestep * frameSkip;
        Compare(
            formula(data, Point(data), new double[model.Nu], dt).Observation,
            MuJoCoEnvs.Numbers(env.Observe(state, torch.zeros([1, model.Nu], torch.ScalarType.Float64))),
            tolerance);
        for (int t = 0; t < 5; t++)
        {
            var action = MuJoCoEnvs.Actions(env, 1, t);
            double[] before = Point(data), control = MuJoCoEnvs.Numbers(action);
            control.CopyTo(data.Ctrl);
            data.Step(frameSkip);
            data.RnePostConstraint();
            var expected = formula(data, before, control, dt);
            var step = env.Step(state, action);
            Assert.Equal(0, step.Fault.item<int>());
            Compare(expected.Observation, MuJoCoEnvs.Numbers(step.Observation), tolerance);
            Compare([expected.Reward], MuJoCoEnvs.Numbers(step.Reward), tolerance);
            Assert.Equal(expected.Terminated, step.Terminated.item<bool>());
            state = step.NextState;
        }
    }

    [Theory]
    [InlineData("inverted-pendulum-v5", 1, 0.19, false, 1)]
    [InlineData("inverted-pendulum-v5", 1, 0.3, true, 0)]
    [InlineData("hopper-v5", 2, 0.0, false, 1)]
    [InlineData("hopper-v5", 2, 0.3, true, 0)]
    [InlineData("walker2d-v5", 2, 0.5, false, 1)]
    [InlineData("walker2d-v5", 1, 0.7, true, 0)]
    [InlineData("ant-v5", 2, 0.5, false, 1)]
    [InlineData("ant-v5", 2, 1.2, true, 0)]
    public void A_robot_that_falls_terminates_and_loses_the_healthy_reward(
        string name, int component, double value, bool falls, double healthy)
    {
        using var scope = torch.NewDisposeScope();
        string weights = name switch
        {
            "inverted-pendulum-v5" => "",
            "ant-v5" => "env.forwardRewardWeight=0 env.ctrlCostWeight=0 env.contactCostWeight=0",
            _ => "env.forwardRewardWeight=0 env.ctrlCostWeight=0",
        };
        using var env = MuJoCoEnvs.Make("mujoco/" + name, weights.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var state = MuJoCoEnvs.Start(env, 1);
        state[0, component] = value;
        using var step = env.Step(state, torch.zeros([1, env.Spec.Action.Size], torch.ScalarType.Float64));
        Assert.Equal((falls, healthy), (step.Terminated.item<bool>(), step.Reward.item<double>()));
        if (name == "inverted-pendulum-v5") return;
        using var patient = MuJoCoEnvs.Make("mujoco/" + name, ["env.terminateWhenUnhealthy=false"]);
        using var goesOn = patient.Step(state, torch.zeros([1, env.Spec.Action.Size], torch.ScalarType.Float64));
        Assert.False(goesOn.Terminated.item<bool>());
    }

    /// <summary>
    /// The positions by which tasks measure speed: x of the first coordinate, of the torso's frame, of the center of
    /// mass.
    /// </summary>
    private static double[] Point(MjData data)
    {
        var mass = data.Model.BodyMass;
        double center = 0, sum = 0;
        for (int body = 0; body < mass.Length; body++)
            (center, sum) = (center + (mass[body] * data.XIpos[3 * body]), sum + mass[body]);
        return [data.Qpos[0], data.XPos[3], center / sum];
    }

    private static Formula Of(string name, MjModel model)
    {
        static double Sum(IEnumerable<double> values) => values.Sum(x => x * x);
        static double[] Clip(double[] values, double limit) => [.. values.Select(x => Math.Clamp(x, -limit, limit))];
        static double[] Q(MjData d) => d.Qpos.ToArray();
        static double[] V(MjData d) => d.Qvel.ToArray();
        double[] Body(MjData d, string body) => d.XPos.Slice(3 * model.Id(MjObject.Body, body), 3).ToArray();
        static double Length(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
        return name switch
        {
            "inverted-pendulum-v5" => (d, _, _, _) => (
                [.. Q(d), .. V(d)], Math.Abs(d.Qpos[1]) > 0.2 ? 0 : 1, Math.Abs(d.Qpos[1]) > 0.2),
            "inverted-double-pendulum-v5" => DoublePendulum,
            "reacher-v5" => Reacher,
            "pusher-v5" => Pusher,
            "swimmer-v5" => (d, p, a, dt) => (
                [.. Q(d)[2..], .. V(d)], ((d.Qpos[0] - p[0]) / dt) - (1e-4 * Sum(a)), false),
            "half-cheetah-v5" => (d, p, a, dt) => (
                [.. Q(d)[1..], .. V(d)], ((d.Qpos[0] - p[0]) / dt) - (0.1 * Sum(a)), false),
            "hopper-v5" => Hopper,
            "walker2d-v5" => Walker,
            "ant-v5" => Ant,
            "humanoid-standup-v5" => Standup,
            _ => Humanoid,
        };

        (double[] Observation, double Reward, bool Terminated) DoublePendulum(
            MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d), v = V(d);
            double x = d.SiteXpos[0], y = d.SiteXpos[2];
            double reward = (y <= 1 ? 0 : 10) - ((0.01 * x * x) + ((y - 2) * (y - 2))) - (
                (1e-3 * v[1] * v[1]) + (5e-3 * v[2] * v[2]));
            return (
                [
                    q[0],
                    Math.Sin(q[1]),
                    Math.Sin(q[2]),
                    Math.Cos(q[1]),
                    Math.Cos(q[2]),
                    .. Clip(v, 10),
                    .. Clip([d.QfrcConstraint[0]], 10),
                ],
                reward,
                y <= 1);
        }

        (double[] Observation, double Reward, bool Terminated) Reacher(MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d), v = V(d), finger = Body(d, "fingertip"), target = Body(d, "target");
            return (
                [
                    Math.Cos(q[0]),
                    Math.Cos(q[1]),
                    Math.Sin(q[0]),
                    Math.Sin(q[1]),
                    .. q[2..],
                    .. v[..2],
                    finger[0] - target[0],
                    finger[1] - target[1],
                ],
                -Length(finger, target) - Sum(a),
                false);
        }

        (double[] Observation, double Reward, bool Terminated) Pusher(MjData d, double[] p, double[] a, double dt)
        {
            double[] tips = Body(d, "fork tips"), disc = Body(d, "object"), goal = Body(d, "goal");
            return (
                [.. Q(d)[..7], .. V(d)[..7], .. tips, .. disc, .. goal],
                (-0.5 * Length(disc, tips)) - Length(disc, goal) - (0.1 * Sum(a)),
                false);
        }

        (double[] Observation, double Reward, bool Terminated) Hopper(MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d), v = V(d);
            bool healthy = q[1] > 0.7 && Math.Abs(q[2]) < 0.2 && q[2..].Concat(v).All(x => Math.Abs(x) < 100);
            return ([.. q[1..], .. Clip(v, 10)], ((q[0] - p[0]) / dt) + (healthy ? 1 : 0) - (1e-3 * Sum(a)), !healthy);
        }

        (double[] Observation, double Reward, bool Terminated) Walker(MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d), v = V(d);
            bool healthy = q[1] > 0.8 && q[1] < 2 && Math.Abs(q[2]) < 1;
            return ([.. q[1..], .. Clip(v, 10)], ((q[0] - p[0]) / dt) + (healthy ? 1 : 0) - (1e-3 * Sum(a)), !healthy);
        }

        (double[] Observation, double Reward, bool Terminated) Ant(MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d), forces = Clip(d.CfrcExt.ToArray(), 1);
            bool healthy = q[2] >= 0.2 && q[2] <= 1;
            return (
                [.. q[2..], .. V(d), .. forces[6..]],
                ((d.XPos[3] - p[1]) / dt) + (healthy ? 1 : 0) - (0.5 * Sum(a)) - (5e-4 * Sum(forces)),
                !healthy);
        }

        (double[] Observation, double Reward, bool Terminated) Standup(MjData d, double[] p, double[] a, double dt)
        {
            double reward = (d.Qpos[2] / 0.003) + 1 - (0.1 * Sum(a)) - Math.Min(5e-7 * Sum(d.CfrcExt.ToArray()), 10);
            return (Humanoid(d, p, a, dt).Observation, reward, false);
        }

        (double[] Observation, double Reward, bool Terminated) Humanoid(MjData d, double[] p, double[] a, double dt)
        {
            double[] q = Q(d);
            bool healthy = q[2] > 1 && q[2] < 2;
            double reward = (1.25 * (Point(d)[2] - p[2]) / dt) + (healthy ? 5 : 0) - (0.1 * Sum(a)) - Math.Min(
                5e-7 * Sum(d.CfrcExt.ToArray()), 10);
            return (
                [.. q[2..], .. V(d), .. d.Cinert[10..], .. d.Cvel[6..], .. d.QfrcActuator[6..], .. d.CfrcExt[6..]],
                reward,
                !healthy);
        }
    }

    private static void Compare(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"component {i}: {actual[i]:G17}, expected {expected[i]:G17}");
    }
}
