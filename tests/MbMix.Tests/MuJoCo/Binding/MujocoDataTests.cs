using System.Diagnostics;
using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>Data: stepping, resetting, contacts, warnings and refusals.</summary>
public sealed class MujocoDataTests
{
    [Fact]
    public void Several_steps_in_one_call_are_the_same_steps()
    {
        using var model = Load("clutter");
        using MjData one = new(model), many = new(model);
        for (int i = 0; i < 250; i++) one.Step();
        many.Step(250);
        Assert.Equal(one.Qpos, many.Qpos);
        Assert.Equal(one.SensorData, many.SensorData);
        Assert.Equal(one.Time, many.Time);
        Assert.Throws<ArgumentOutOfRangeException>(() => many.Step(0));
    }

    [Fact]
    public void Reset_goes_back_to_the_start_or_to_a_keyframe()
    {
        using var model = Load("pendulum");
        using var data = new MjData(model);
        data.Ctrl[0] = 1;
        data.Step(20);
        data.ResetToKeyframe(0);
        Assert.Equal([0.25, 0.125], data.Qpos);
        data.Reset();
        Assert.Equal(model.Qpos0, data.Qpos);
        Assert.Equal((0, 0), (data.Time, data.Ctrl[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.ResetToKeyframe(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.ResetToKeyframe(-1));
    }

    [Fact]
    public void A_ball_at_rest_is_carried_by_its_contact()
    {
        using var model = MjModel.FromXml(
            """
            <mujoco>
              <worldbody>
                <geom name="floor" type="plane" size="1 1 1"/>
                <body name="ball" pos="0 0 0.1"><freejoint/><geom name="ball" size="0.1" mass="2"/></body>
              </worldbody>
            </mujoco>
            """);
        using var data = new MjData(model);
        data.Step(2000);
        data.Forward();
        data.RnePostConstraint();
        Assert.Equal(1, data.ContactCount);
        var contact = data.Contact(0);
        Assert.Equal(
            (model.Id(MjObject.Geom, "floor"), model.Id(MjObject.Geom, "ball"), 3),
            (contact.Geom1, contact.Geom2, contact.Dimension));
        Assert.Equal(0, contact.ConstraintAddress);
        Assert.InRange(contact.Distance, -0.01, 0);
        Assert.Equal([0, 0, 1], contact.Frame[..3]);
        Assert.Equal(contact.Distance / 2, contact.Position[2], 1e-12);
        var force = new double[6];
        data.ContactForce(0, force);
        Assert.Equal(2 * 9.81, force[0], 1e-3);
        Assert.Equal(2 * 9.81, data.QfrcConstraint[2], 1e-3);
        Assert.Equal(2 * 9.81, data.CfrcExt[11], 1e-3);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Contact(1).Distance);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.ContactForce(-1, force));
        Assert.Throws<ArgumentException>(() => data.ContactForce(0, force.AsSpan(1)));
    }

    [Fact]
    public void Actuators_and_frames_follow_the_state()
    {
        using var model = Load("pendulum");
        using var data = new MjData(model);
        data.Ctrl[0] = 0.5;
        data.Qpos[0] = 1;
        data.Qpos[1] = double.Pi / 2;
        data.Forward();
        Assert.Equal([20, 0], data.QfrcActuator);
        Assert.Equal(20, data.ActuatorForce[0] * 40, 1e-12);
        Assert.Equal([1.7, 0, 1], data.SiteXpos.ToArray().Select(v => Math.Round(v, 12)));
        Assert.Equal(1, data.XPos[3]);
        Assert.Equal(1.35, data.XIpos[6], 1e-12);
        Assert.Equal(Math.Sqrt(0.5), data.XQuat[8], 1e-12);
        Assert.Equal(5, model.Array("body_subtreemass")[0], 1e-12);
        Assert.Equal(6 * model.Nv, data.Array("cdof").Length);
        Assert.Throws<ArgumentException>(() => data.Array("contact").Length);
    }

    [Fact]
    public void NaN_resets_the_state_and_is_counted()
    {
        using var model = Load("leg");
        using var data = new MjData(model);
        var heard = new List<string>();
        int thread = Environment.CurrentManagedThreadId;
        void Hear(string warning)
        {
            if (Environment.CurrentManagedThreadId == thread) heard.Add(warning);
        }
        MujocoLibrary.WarningRaised += Hear;
        try
        {
            data.Step(5);
            Assert.False(data.Warnings.Any);
            data.Qpos[1] = double.NaN;
            data.Step();
            Assert.Equal(new MjWarnings { BadQpos = 1 }, data.Warnings);
            Assert.True(data.Warnings.WasReset);
            Assert.Equal(model.Timestep, data.Time);
            data.ClearWarnings();
            Assert.False(data.Warnings.Any);
            data.Ctrl[0] = double.NaN;
            data.Step();
            Assert.Equal(new MjWarnings { BadCtrl = 1 }, data.Warnings);
            Assert.False(data.Warnings.WasReset);
            Assert.Contains(heard, w => w.Contains("QPOS", StringComparison.Ordinal));
            Assert.False(File.Exists("MUJOCO_LOG.TXT"));
        }
        finally
        {
            MujocoLibrary.WarningRaised -= Hear;
        }
    }

    [Fact]
    public void A_full_contact_buffer_is_counted()
    {
        static string Ball(int i) => $"<body pos='{i} 0 0.05'><freejoint/><geom size='0.1'/></body>";
        static MjWarnings Warnings(string size, int balls)
        {
            using var model = MjModel.FromXml(
                $"""
                <mujoco>
                  <size {size}/>
                  <worldbody>
                    <geom type="plane" size="1 1 1"/>
                    {string.Concat(Enumerable.Range(0, balls).Select(Ball))}
                  </worldbody>
                </mujoco>
                """);
            using var data = new MjData(model);
            data.Step();
            Assert.True(data.ContactCount == balls || data.Warnings.ContactFull > 0);
            return data.Warnings;
        }
        if (MujocoLibrary.Version == "2.2.2")
        {
            Assert.True(Warnings("nconmax='2'", 4) is { ContactFull: > 0, WasReset: false });
            return;
        }

        // since 2.3 contacts are limited by the memory that they share with everything else
        int full = 0;
        for (int memory = 400_000; memory > 10_000 && full == 0; memory -= 4000)
        {
            try
            {
                full = Warnings($"memory='{memory}'", 60).ContactFull;
            }
            catch (MujocoException e)
            {
                Assert.Contains("stack", e.Message, StringComparison.OrdinalIgnoreCase);
            }
        }
        Assert.InRange(full, 1, 60);
    }

    [Fact]
    public void Two_threads_cannot_use_one_data_object()
    {
        using var model = Load("clutter");
        var data = new MjData(model);
        int refused = 0, stepped = 0;
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
        {
            var clock = Stopwatch.StartNew();
            while (Volatile.Read(ref refused) == 0 && clock.Elapsed.TotalSeconds < 20)
            {
                try
                {
                    data.Step(50);
                    Interlocked.Increment(ref stepped);
                }
                catch (InvalidOperationException e)
                {
                    Assert.Contains("two threads", e.Message, StringComparison.Ordinal);
                    Interlocked.Increment(ref refused);
                }
            }
        });
        Assert.True(refused > 0 && stepped > 0);
        data.Dispose();
        data.Dispose();
        Assert.Throws<ObjectDisposedException>(() => data.Step());
        Assert.Throws<ObjectDisposedException>(() => data.Qpos.Length);
        Assert.Throws<ObjectDisposedException>(() => data.Time);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var model = Load("pendulum");
        using var data = new MjData(model);
        data.Step(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            data.Ctrl[0] = data.Qpos[1];
            data.Step();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static MjModel Load(string name) => MjModel.FromFile(MujocoReference.Model(name));
}
