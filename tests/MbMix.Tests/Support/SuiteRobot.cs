using MbMix.Sim.MuJoCoFD;
using MbMix.Sim.Native;
using MujocoSharp;

namespace MbMix.Tests.Support;

/// <summary>A robot of the DiffRL suite in both simulators, and its states from one to the other in plain double arithmetic.</summary>
internal sealed class SuiteRobot : IDisposable
{
    /// <summary>Makes both.</summary>
    /// <param name="name">Robot.</param>
    /// <param name="contacts">Whether the ground is there.</param>
    /// <param name="sameInertias">Give ours the inertias of the shapes, which the suite does not have where a shape is turned.</param>
    public SuiteRobot(string name, bool contacts = true, bool sameInertias = false)
    {
        Assert.True(MujocoLibrary.TryLoad(out string? problem), problem);
        var native = Physics.Robot(name);
        Native = contacts ? native : new ArticulatedBody(native.Robot with { Contacts = [] });
        Model = ModelFiles.Load("diffrl-" + name);
        Model.Contacts = contacts;
        Data = new MjData(Model);
        if (sameInertias) Native = new ArticulatedBody(Native.Robot with { Links = [.. Links.Select((link, i) => link.Mass == 0 ? link : link with { Inertia = ShapeInertia(i) })] });
    }

    public ArticulatedBody Native { get; }

    public MjModel Model { get; }

    public MjData Data { get; }

    public LinkDescription[] Links => Native.Robot.Links;

    public bool Free => Links[0].Joint == JointKind.Free;

    /// <summary>The link's joint in the model, -1 where the link does not move against its parent.</summary>
    public int Joint(int link) => Links[link].Joint == JointKind.Fixed ? -1 : Model.Id(MjObject.Joint, Links[link].Name);

    /// <summary>First velocity of the link's joint in the model.</summary>
    public int Dof(int link) => Model.JointDofAdr[Joint(link)];

    /// <summary>Body that the link is in the model; a link without mass is none.</summary>
    public int Body(int link) => Model.JointBody[Joint(link)];

    /// <summary>Writes a state of ours into the simulation.</summary>
    public void Set(double[] q, double[] qd)
    {
        if (!Free)
        {
            q.CopyTo(Data.Qpos);
            qd.CopyTo(Data.Qvel);
            return;
        }
        Span<double> qpos = Data.Qpos, qvel = Data.Qvel;
        q.CopyTo(qpos);
        (qpos[3], qpos[4], qpos[5], qpos[6]) = (q[6], q[3], q[4], q[5]);
        qd.CopyTo(qvel);
        double[] w = qd[..3], at = Cross(w, q[..3]);
        for (int k = 0; k < 3; k++) qvel[k] = qd[3 + k] + at[k];
        Turn([-q[3], -q[4], -q[5], q[6]], w).CopyTo(qvel[3..]);
    }

    /// <summary>Reads the state of the simulation as ours.</summary>
    public (double[] Q, double[] Qd) Get()
    {
        double[] q = Data.Qpos.ToArray(), qd = Data.Qvel.ToArray();
        if (!Free) return (q, qd);
        (q[3], q[4], q[5], q[6]) = (q[4], q[5], q[6], q[3]);
        double[] w = Turn(q[3..7], qd[3..6]), at = Cross(w, q[..3]);
        double[] v = qd[..3];
        for (int k = 0; k < 3; k++) (qd[k], qd[3 + k]) = (w[k], v[k] - at[k]);
        return (q, qd);
    }

    /// <summary>A state in the air: joints within the middle of their limits, small velocities.</summary>
    public (double[] Q, double[] Qd) InTheAir(Random random)
    {
        var (q, qd) = Physics.RandomState(Native, random);
        for (int link = 0; link < Links.Length; link++)
        {
            if (Links[link].Limits is not { } limits || Links[link].Joint == JointKind.Fixed) continue;
            q[Native.PositionOf(link)] = limits[0] + ((0.2 + (0.6 * random.NextDouble())) * (limits[1] - limits[0]));
        }
        return (q, qd);
    }

    /// <summary>The accelerations of the simulation as rates of our velocities.</summary>
    public double[] Accelerations()
    {
        double[] acceleration = Data.Qacc.ToArray();
        if (!Free) return acceleration;
        var (q, qd) = Get();
        // the twist about the world's origin is v - w x p
        double[] rate = Turn(q[3..7], acceleration[3..6]), p = Cross(rate, q[..3]), w = Cross(qd[..3], Data.Qvel[..3].ToArray());
        double[] a = acceleration[..3];
        for (int k = 0; k < 3; k++) (acceleration[k], acceleration[3 + k]) = (rate[k], a[k] - p[k] - w[k]);
        return acceleration;
    }

    public void Dispose()
    {
        Data.Dispose();
        Model.Dispose();
    }

    // about the center of mass, in the link's axes
    private double[] ShapeInertia(int link)
    {
        Data.Reset();
        Data.Forward();
        int body = Body(link);
        Span<double> link3 = Data.XMat.Slice(9 * body, 9), axes = Data.XImat.Slice(9 * body, 9);
        var principal = Model.BodyInertia.Slice(3 * body, 3);
        var inertia = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                for (int k = 0; k < 3; k++)
                {
                    double a = 0, b = 0;
                    for (int m = 0; m < 3; m++) (a, b) = (a + (link3[(3 * m) + i] * axes[(3 * m) + k]), b + (link3[(3 * m) + j] * axes[(3 * m) + k]));
                    inertia[i, j] += principal[k] * a * b;
                }
            }
        }
        return [inertia[0, 0], inertia[1, 1], inertia[2, 2], inertia[0, 1], inertia[0, 2], inertia[1, 2]];
    }

    private static double[] Cross(double[] a, double[] b) => [(a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0])];

    // v + 2 u x (u x v + w v)
    private static double[] Turn(double[] quaternion, double[] v)
    {
        double[] u = quaternion[..3], inner = Cross(u, v);
        for (int k = 0; k < 3; k++) inner[k] += quaternion[3] * v[k];
        double[] outer = Cross(u, inner);
        return [.. v.Zip(outer, (x, y) => x + (2 * y))];
    }
}
