using MbMix.Differentiation;
using MbMix.Sim.Native;
using MujocoSharp;

namespace MbMix.Tests.Support;

/// <summary>One MJCF model in both simulators, with states in MuJoCo's order.</summary>
internal sealed class ImportedInMuJoCo : IDisposable
{
    public ImportedInMuJoCo(string xml)
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        Robot = MjcfImporter.FromText(xml, "model.xml");
        Robot.Report.ThrowIfRefused("test", "model.xml");
        Body = new ArticulatedBody(Robot.Description);
        Model = MjModel.FromXml(xml);
        Data = new MjData(Model);
    }

    public ImportedRobot Robot { get; }

    public ArticulatedBody Body { get; }

    public MjModel Model { get; }

    public MjData Data { get; }

    /// <summary>Sets a random state and random controls, and computes what MuJoCo makes of it.</summary>
    /// <returns>The state as ours, and the controls.</returns>
    public (double[] State, double[] Controls) Random(Random random)
    {
        double Within(double spread) => spread * ((2 * random.NextDouble()) - 1);
        var qpos = Data.Qpos;
        for (int i = 0; i < qpos.Length; i++) qpos[i] = Robot.StartPositions[i] + Within(1);
        foreach (var joint in Robot.Joints.Where(j => j.Quaternion >= 0))
        {
            var q = Data.Qpos.Slice(joint.Quaternion, 4);
            double norm = Math.Sqrt(q.ToArray().Sum(x => x * x));
            for (int i = 0; i < 4; i++) q[i] /= norm;
        }
        for (int i = 0; i < Model.Nv; i++) Data.Qvel[i] = Within(2);
        // beyond the limits, too, where they are clipped
        for (int i = 0; i < Model.Nu; i++)
        {
            var range = Model.ActuatorCtrlRange.Slice(2 * i, 2);
            Data.Ctrl[i] = range[0] + ((range[1] - range[0]) * (0.5 + Within(0.7)));
        }
        Data.Forward();
        var state = new double[Model.Nq + Model.Nv];
        Robot.FromMuJoCo(Data.Qpos, Data.Qvel, state);
        return (state, Data.Ctrl.ToArray());
    }

    /// <summary>Our accelerations, as MuJoCo has them.</summary>
    public double[] Accelerations(double[] state, double[] controls)
    {
        Real[] all = Physics.Reals(state), q = all[..Model.Nq], qd = all[Model.Nq..];
        var forces = new ImportedForces(Robot, Body).Compute<Real>(all, Physics.Reals(controls), Body.Kinematics<Real>(q));
        var factor = new Real[Body.FactorSize];
        Body.Factor<Real>(q, factor);
        Real[] next = new Real[q.Length], speeds = new Real[qd.Length];
        Body.Step<Real>(q, qd, forces, [], factor, 1, next, speeds);
        double[] acceleration = [.. speeds.Zip(qd, (after, before) => after.Value - before.Value)];
        foreach (var joint in Robot.Joints.Where(j => j.Quaternion >= 0))
        {
            // the rate of change is the same in axes that turn along
            var turn = Quaternion<Real>.From(all.AsSpan(joint.Quaternion, 4)).ToMatrix().Transposed;
            var own = turn * Vector3<Real>.From(acceleration.AsSpan(joint.Spin, 3));
            (acceleration[joint.Spin], acceleration[joint.Spin + 1], acceleration[joint.Spin + 2]) = (own.X, own.Y, own.Z);
        }
        return acceleration;
    }

    public void Dispose()
    {
        Data.Dispose();
        Model.Dispose();
    }
}
