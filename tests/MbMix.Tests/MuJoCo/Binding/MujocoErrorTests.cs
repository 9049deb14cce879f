using System.Runtime.InteropServices;
using MbMix.Tests.Support;
using MujocoSharp;
using MujocoSharp.Native;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>
/// Errors inside MuJoCo, which by default wait for the Enter key and end the process, become exceptions.
/// </summary>
public sealed unsafe class MujocoErrorTests
{
    // compiles, and overflows MuJoCo's stack as soon as the limits of its joints are exceeded
    private static string Provoking => FoundProvoking.Value;

    private static readonly Lazy<string> FoundProvoking = new(() =>
    {
        MujocoLibrary.Load();
        if (MujocoLibrary.Version == "2.2.2") return Model("nstack=\"1000\"");

        // since 2.3 constraints take their memory from the same place, so only some sizes are too small for the stack
        for (int memory = 4000; memory < 60000; memory += 250)
        {
            string xml = Model($"memory=\"{memory}\"");
            try
            {
                using var model = MjModel.FromXml(xml);
                using var data = new MjData(model);
                Touch(data);
                data.Step();
            }
            catch (MujocoException e) when (e.Kind == MujocoError.Engine)
            {
                return xml;
            }
            catch (MujocoException)
            {
                // too small even to compile
            }
        }
        throw new InvalidOperationException("no size of memory provokes an error");
    });

    [Fact]
    public void A_thousand_errors_on_two_threads_with_the_collector_running()
    {
        using var model = MjModel.FromXml(Provoking);
        int running = 2, tried = 0, caught = 0, collections = 0;
        var collector = new Thread(() =>
        {
            // collecting without a pause would keep every other thread of the process from running
            int seen = 0;
            while (Volatile.Read(ref running) > 0)
            {
                int now = Volatile.Read(ref tried);
                if (now < seen + 5)
                {
                    Thread.Yield();
                    continue;
                }
                seen = now;
                GC.Collect();
                Interlocked.Increment(ref collections);
            }
        });
        collector.Start();
        var failures = new List<string>();
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            using var data = new MjData(model);
            // goes on until several collections have happened, however slow they are
            for (int i = 0; i < 500 || Volatile.Read(ref collections) <= 10; i++)
            {
                Interlocked.Increment(ref tried);
                data.Reset();
                var before = new string('x', 100 + i);
                Touch(data);
                try
                {
                    data.Step();
                    lock (failures) failures.Add($"error {i} did not happen");
                }
                catch (MujocoException e) when (e.Kind == MujocoError.Engine && IsOverflow(e.Message))
                {
                    Interlocked.Increment(ref caught);
                }
                if (before.Length != 100 + i) lock (failures) failures.Add("a local was lost");
            }
            data.Reset();
            data.Step(10);
            lock (failures)
            {
                if (Math.Abs(data.Time - (10 * model.Timestep)) > 1e-12)
                    failures.Add("the data is not usable after a reset");
            }
            Interlocked.Decrement(ref running);
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        collector.Join();
        Assert.Empty(failures);
        Assert.Equal(tried, caught);
    }

    [Fact]
    public void Data_is_refused_after_an_error_until_it_is_reset()
    {
        using var model = MjModel.FromXml(Provoking);
        using var data = new MjData(model);
        Touch(data);
        Assert.Equal(MujocoError.Engine, Assert.Throws<MujocoException>(() => data.Step(3)).Kind);
        var refused = Assert.Throws<MujocoException>(() => data.Forward());
        Assert.Equal(MujocoError.Suspect, refused.Kind);
        Assert.True(IsOverflow(refused.Message), refused.Message);
        Assert.Contains("Reset", refused.Message, StringComparison.Ordinal);
        data.Reset();
        data.Step(100);
        Assert.Equal(100 * model.Timestep, data.Time, 1e-12);
        using var fresh = new MjData(model);
        fresh.Step(100);
        Assert.Equal(fresh.Qpos, data.Qpos);
    }

    [Fact]
    public void A_listener_that_throws_hides_no_error()
    {
        using var model = MjModel.FromXml(
            Provoking.Replace("</worldbody>", "</worldbody><option timestep='0.002'/>", StringComparison.Ordinal));
        using var data = new MjData(model);
        int thread = Environment.CurrentManagedThreadId;
        void Throw(string warning)
        {
            if (Environment.CurrentManagedThreadId == thread) throw new InvalidOperationException(warning);
        }
        MujocoLibrary.WarningRaised += Throw;
        try
        {
            data.Qvel[0] = double.NaN;
            Assert.Throws<InvalidOperationException>(() => data.Step());
            Assert.True(data.Warnings.WasReset);
            data.Step();
            Touch(data);
            Assert.Equal(MujocoError.Engine, Assert.Throws<MujocoException>(() => data.Step()).Kind);
            Assert.Equal(MujocoError.Suspect, Assert.Throws<MujocoException>(() => data.Step()).Kind);
        }
        finally
        {
            MujocoLibrary.WarningRaised -= Throw;
        }
    }

    [Fact]
    public void An_unknown_integrator_is_an_error_like_others()
    {
        using var model = MjModel.FromFile(MujocoReference.Model("leg"));
        using var data = new MjData(model);
        *(int*)(model.Pointer + MujocoLibrary.Required.Layout["option.integrator"].Offset) = 77;
        Assert.Contains(
            "integrator", Assert.Throws<MujocoException>(() => data.Step()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CPlusPlus_exception_comes_back_as_well()
    {
        // operator new with an impossible size, called like a function of MuJoCo
        nint allocate = NativeLibrary.GetExport(NativeLibrary.Load("libstdc++.so.6"), "_Znwm");
        MujocoLibrary.Load();
        for (int i = 0; i < 100; i++)
            Assert.Equal(
                MujocoError.Memory,
                Assert.Throws<MujocoException>(() => EngineCall.Invoke(allocate, nint.MaxValue)).Kind);
        nint block = EngineCall.Invoke(allocate, 100);
        Assert.NotEqual(0, block);
        nint free = NativeLibrary.GetExport(NativeLibrary.Load("libstdc++.so.6"), "_ZdlPv");
        ((delegate* unmanaged<nint, void>)free)(block);
    }

    [Fact]
    public void Helper_threads_turn_errors_into_exceptions_too()
    {
        using var model = MjModel.FromXml(Provoking);
        using var data = new MjData(model);
        var record = GuardedThread.Current;
        var entry = MujocoLibrary.Required.EntryPoints;
        nint message = Marshal.StringToCoTaskMemUTF8("provoked");
        for (int i = 0; i < 20; i++)
        {
            Assert.True(HelperThread.Invoke(record, entry.Step, model.Pointer, data.Pointer, 0, 0, 3, out _));
            Assert.False(HelperThread.Invoke(record, HelperThread.ErrorHandler, message, 0, 0, 0, 1, out _));
            Assert.Equal("provoked", record.Error);
        }
        record.Error = null;
        Assert.Equal(60 * model.Timestep, data.Time, 1e-12);
    }

    [Fact]
    public void Nothing_is_written_to_the_working_directory() => Assert.False(File.Exists("MUJOCO_LOG.TXT"));

    private static bool IsOverflow(string message) =>
        message.Contains("stack overflow", StringComparison.OrdinalIgnoreCase);

    private static string Model(string size)
    {
        static string Slide(int i) =>
            $"<body pos='0 {i} 2'><joint type='slide' axis='0 0 1' range='-1 1' limited='true'/><geom size='.1'/></body>";
        return $"""
            <mujoco>
              <size {size}/>
              <worldbody>{string.Concat(Enumerable.Range(0, 20).Select(Slide))}</worldbody>
            </mujoco>
            """;
    }

    private static void Touch(MjData data) => data.Qpos.Fill(2);
}
