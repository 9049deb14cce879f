using MujocoSharp;

namespace MbMix.Tests.Support;

/// <summary>The reference program in C, built once, and the models it runs.</summary>
internal static class MujocoReference
{
    private static readonly Lazy<Task<string>> Built = new(BuildAsync);

    /// <summary>
    /// Folder that the library which these tests run on comes from, with its headers and a program <c>run</c> that
    /// starts others on it; null where the machine's own is used. <c>eng/mujoco-3.sh</c> makes such a folder.
    /// </summary>
    public static string? Private { get; } = Environment.GetEnvironmentVariable("MBMIX_MUJOCO_TEST");

    /// <summary>Folder of the library's headers.</summary>
    public static string Headers => Private is null ? "/usr/include" : Path.Combine(Private, "include");

    public static string Folder { get; } = Path.Combine(Shell.Root, "benchmarks", "mujoco");

    /// <summary>Models that every version can load.</summary>
    public static string[] Models { get; } =
        ["pendulum", "leg", "quadruped", "arm", "clutter", "cable", "linkage", "terrain", "diver", "toes"];

    /// <summary>Models that the library of these tests can load: one has an integrator that came with 3.0.</summary>
    public static string[] Loadable => MujocoLibrary.TryLoad(out _) && MujocoLibrary.Version == "2.2.2" ? Models : [.. Models, "slope"];

    /// <summary>Path of the built program.</summary>
    public static Task<string> Program => Built.Value;

    public static string Model(string name) => Path.Combine(Folder, "models", name + ".xml");

    /// <summary>Runs the program on the library that these tests run on.</summary>
    public static async Task<ShellResult> RunAsync(params string[] arguments)
    {
        string program = await Program;
        return Private is null
            ? await Shell.RunAsync(program, arguments)
            : await Shell.RunAsync(Path.Combine(Private, "run"), [program, .. arguments]);
    }

    /// <summary>Steps a model as the program does.</summary>
    /// <returns>What it prints: the hash of everything, and the number of warnings.</returns>
    public static string Hash(MjModel model, int steps)
    {
        using var data = new MjData(model);
        if (model.NKey > 0) data.ResetToKeyframe(0);
        ulong random = 1, hash = 14695981039346656037;
        for (int s = 0; s < steps; s++)
        {
            Control(data, ref random);
            data.Step();
            data.RnePostConstraint();
            Mix(ref hash, [data.Time]);
            Mix(ref hash, data.Qpos);
            Mix(ref hash, data.Qvel);
            Mix(ref hash, data.Act);
            Mix(ref hash, data.QaccWarmstart);
            Mix(ref hash, data.SensorData);
            Mix(ref hash, data.MocapPos);
            Mix(ref hash, data.TendonLength);
            Mix(ref hash, data.TendonVelocity);
            Mix(ref hash, data.XPos);
            Mix(ref hash, data.XQuat);
            Mix(ref hash, data.XIpos);
            Mix(ref hash, data.SiteXpos);
            Mix(ref hash, data.Cinert);
            Mix(ref hash, data.Cvel);
            Mix(ref hash, data.CfrcExt);
            Mix(ref hash, data.QfrcActuator);
            Mix(ref hash, data.QfrcConstraint);
            var force = new double[6];
            for (int c = 0; c < data.ContactCount; c++)
            {
                data.ContactForce(c, force);
                var contact = data.Contact(c);
                Mix(ref hash, [contact.Distance]);
                Mix(ref hash, contact.Position);
                Mix(ref hash, contact.Frame);
                Mix(ref hash, force);
            }
        }
        var w = data.Warnings;
        return $"{hash:x16} {w.BadQpos + w.BadQvel + w.BadQacc + w.BadCtrl + w.Inertia + w.ContactFull + w.ConstraintFull}";
    }

    private static void Control(MjData data, ref ulong random)
    {
        var range = data.Model.ActuatorCtrlRange;
        for (int i = 0; i < data.Model.Nu; i++)
        {
            random = (random * 6364136223846793005) + 1442695040888963407;
            double low = range[2 * i], high = range[(2 * i) + 1];
            data.Ctrl[i] = low + ((high - low) * ((random >> 11) * (1.0 / 9007199254740992.0)));
        }
        for (int i = 0; i < data.Model.NMocap; i++) data.MocapPos[3 * i] += 0.0009765625 * ((int)(random >> 61) - 3);
    }

    private static void Mix(ref ulong hash, ReadOnlySpan<double> values)
    {
        foreach (double value in values) hash = (hash ^ BitConverter.DoubleToUInt64Bits(value)) * 1099511628211;
    }

    private static async Task<string> BuildAsync()
    {
        string program = Path.Combine(Directory.CreateTempSubdirectory("mbmix-mujoco-").FullName, "simulate");
        string[] where = Private is null ? [] : ["-I", Headers, "-L", Path.Combine(Private, "lib"), "-Wl,--unresolved-symbols=ignore-in-shared-libs"];
        var build = await Shell.RunAsync("gcc", ["-O2", "-ffp-contract=off", Path.Combine(Folder, "simulate.c"), "-o", program, .. where, "-lmujoco", "-lpthread"]);
        Assert.True(build.Code == 0, $"the reference program needs gcc and libmujoco-dev (apt-get install gcc libmujoco-dev): {build.Error}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        return program;
    }
}
