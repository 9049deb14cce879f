using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MujocoSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>mujoco</c>: simulation steps per second of MuJoCo through MujocoSharp, in turns with a C program on the same
/// library.
/// </summary>
internal static class MujocoCommand
{
    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Folder of simulate.c and its models.",
            DefaultValueFactory = _ => new("benchmarks/mujoco"),
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements of each side, in turns; medians are printed.",
            DefaultValueFactory = _ => 11,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "Duration of a measurement [s].",
            DefaultValueFactory = _ => 0.5,
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "Numbers of threads.",
            DefaultValueFactory = _ => [1, 2],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("mujoco", "Compares MuJoCo through MujocoSharp with MuJoCo from C.")
        {
            folder,
            repeats,
            seconds,
            threads,
        };
        command.SetAction(parsed =>
        {
            string source = parsed.GetValue(folder)!.FullName;
            string build = Directory.CreateTempSubdirectory("mbmix-mujoco-").FullName;
            try
            {
                string program = Path.Combine(build, "simulate");
                Compile(Path.Combine(source, "simulate.c"), program);
                Console.WriteLine(
                    $"MuJoCo {MujocoLibrary.Version}; {Environment.ProcessorCount} cores; "
                    + $"medians of {parsed.GetValue(repeats)} measurements each");
                var models = Directory.GetFiles(Path.Combine(source, "models"), "*.xml").Order(StringComparer.Ordinal);
                foreach (string model in models)
                {
                    if (!Loadable(model)) continue;
                    foreach (int count in parsed.GetValue(threads)!)
                        Compare(program, model, count, parsed.GetValue(repeats), parsed.GetValue(seconds));
                }
                return 0;
            }
            finally
            {
                Directory.Delete(build, recursive: true);
            }
        });
        return command;
    }

    private static void Compare(string program, string file, int threads, int repeats, double seconds)
    {
        using var model = MjModel.FromFile(file);
        Measure(model, 2000, threads);
        int steps = Math.Max(1000, (int)(Measure(model, 2000, threads) / threads * seconds));
        var (ours, theirs, ratios) = (new double[repeats], new double[repeats], new double[repeats]);
        for (int r = 0; r < repeats; r++)
        {
            // whoever goes first may find a warmer or a busier machine
            if (r % 2 == 0) ours[r] = Measure(model, steps, threads);
            string output = RunReference(
                program,
                "time",
                file,
                steps.ToString(CultureInfo.InvariantCulture),
                threads.ToString(CultureInfo.InvariantCulture));
            theirs[r] = double.Parse(output, CultureInfo.InvariantCulture);
            if (r % 2 == 1) ours[r] = Measure(model, steps, threads);
            ratios[r] = ours[r] / theirs[r];
        }
        Array.Sort(ratios);
        // on a machine with other work the best of many short turns is the least disturbed
        double best = ours.Max() / theirs.Max();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(file),-11} {threads} thread(s): "
            + $"C# {Median(ours),10:N0} steps/s, C {Median(theirs),10:N0} steps/s, "
            + $"ratio {Median(ratios):F3} ({ratios[0]:F3} .. {ratios[^1]:F3}), of the best {best:F3}"));
    }

    // steps per second of all threads together, with the same random controls as in the C program
    private static double Measure(MjModel model, int steps, int threads)
    {
        using var ready = new Barrier(threads + 1);
        var all = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            using var data = new MjData(model);
            Simulate(data, (steps / 10) + 1);
            ready.SignalAndWait();
            Simulate(data, steps);
            ready.SignalAndWait();
        })).ToArray();
        foreach (var thread in all) thread.Start();
        ready.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        ready.SignalAndWait();
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var thread in all) thread.Join();
        return (double)threads * steps / taken;
    }

    private static void Simulate(MjData data, int steps)
    {
        ulong random = 1;
        data.Reset();
        for (int s = 0; s < steps; s++)
        {
            var control = data.Ctrl;
            var range = data.Model.ActuatorCtrlRange;
            for (int i = 0; i < control.Length; i++)
            {
                random = (random * 6364136223846793005) + 1442695040888963407;
                double low = range[2 * i], high = range[(2 * i) + 1];
                control[i] = low + ((high - low) * ((random >> 11) * (1.0 / 9007199254740992.0)));
            }
            data.Step();
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    // one of the models needs a newer version than 2.2.2
    private static bool Loadable(string file)
    {
        try
        {
            using var model = MjModel.FromFile(file);
            return true;
        }
        catch (MujocoException e)
        {
            Console.WriteLine($"{Path.GetFileNameWithoutExtension(file),-11} left out: {e.Message}");
            return false;
        }
    }

    /// <summary>
    /// Folder of a MuJoCo with headers and a program <c>run</c>, as made by <c>eng/mujoco-3.sh</c>; null for the
    /// machine's own.
    /// </summary>
    private static string? Private => Environment.GetEnvironmentVariable("MBMIX_MUJOCO_TEST");

    /// <summary>Compiles a C program against MuJoCo.</summary>
    internal static void Compile(string source, string program)
    {
        string[] where = Private is { } folder
            ? ["-I", $"{folder}/include", "-L", $"{folder}/lib", "-Wl,--unresolved-symbols=ignore-in-shared-libs"]
            : [];
        Run("gcc", ["-O2", "-ffp-contract=off", source, "-o", program, .. where, "-lmujoco", "-lpthread"]);
    }

    /// <summary>Runs a compiled C program on the same MuJoCo.</summary>
    internal static string RunReference(string program, params string[] arguments) => Private is { } folder
        ? Run($"{folder}/run", [program, .. arguments])
        : Run(program, arguments);

    /// <summary>Runs a program and returns its output.</summary>
    internal static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0) return output;
        throw new MbMixException(
            $"{program} {string.Join(' ', arguments)} failed; "
            + "it needs gcc and libmujoco-dev (apt-get install gcc libmujoco-dev).");
    }
}
