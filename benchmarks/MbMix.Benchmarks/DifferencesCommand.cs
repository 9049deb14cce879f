using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MbMix.Hosting;
using MbMix.Numerics;
using MbMix.Sim.MuJoCoFD;
using MbMix.Simulation.MuJoCo;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>differences</c>: batched Jacobians of whole control steps on MuJoCo, beside a C program that differences the same
/// steps in the same way. The environment's Jacobians also contain observation and reward.
/// </summary>
internal static class DifferencesCommand
{
    private const int Batch = 64;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Folder of difference.c.",
            DefaultValueFactory = _ => new("benchmarks/mujoco"),
        };
        var env = new Option<string[]>("--env")
        {
            Description = "Environment ids.",
            DefaultValueFactory = _ =>
                ["mujoco/hopper-v5", "mujoco/half-cheetah-v5", "mujoco/ant-v5", "mujoco/humanoid-v5"],
            AllowMultipleArgumentsPerToken = true,
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "Numbers of threads.",
            DefaultValueFactory = _ => [1, 2],
            AllowMultipleArgumentsPerToken = true,
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Measurements of each side, in turns; medians are printed.",
            DefaultValueFactory = _ => 7,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "Duration of a measurement [s].",
            DefaultValueFactory = _ => 0.5,
        };
        var command = new Command(
            "differences", "Measures finite-difference Jacobians of MuJoCo environments beside a C program.")
        {
            folder,
            env,
            threads,
            repeats,
            seconds,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            string build = Directory.CreateTempSubdirectory("mbmix-differences-").FullName;
            try
            {
                string program = Path.Combine(build, "difference");
                string source = Path.Combine(parsed.GetValue(folder)!.FullName, "difference.c");
                MujocoCommand.Compile(source, program);
                foreach (string id in parsed.GetValue(env)!)
                {
                    foreach (int count in parsed.GetValue(threads)!)
                        Compare(program, build, id, count, parsed.GetValue(repeats), parsed.GetValue(seconds));
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

    private static void Compare(string program, string folder, string id, int threads, int repeats, double seconds)
    {
        using var workers = new WorkerPool(threads);
        using var made = PluginEnvs.Create(
            new SimMuJoCoFDPlugin(),
            id,
            options => ((MuJoCoOptions)options).Configure(),
            new EnvContext { Workers = workers, Logger = NullLogger.Instance });
        var env = made as MuJoCoEnv ?? ((PredictiveMuJoCoEnv)made).Simulated;
        using var states = Visited(env);
        using var actions = Actions(env, new CounterRandom(0, "benchmark/actions"), 1000);
        string model = Path.Combine(folder, "model.xml"), rows = Path.Combine(folder, "rows.bin");
        File.WriteAllText(model, ModelFiles.Text(Path.GetFileName(env.Spec.Id).Replace("-v5", "")));
        Write(env, rows, states, actions);

        double[] ours = new double[repeats], oursInSteps = new double[repeats];
        double[] theirs = new double[repeats], theirsInSteps = new double[repeats];
        for (int r = 0; r < repeats; r++)
        {
            // whoever goes first may find a warmer or a busier machine
            if (r % 2 == 0) (ours[r], oursInSteps[r]) = Measure(env, states, actions, seconds);
            string output = MujocoCommand.RunReference(
                program,
                model,
                env.FrameSkip.ToString(CultureInfo.InvariantCulture),
                env.Task.Traits.ContactForces ? "1" : "0",
                rows,
                threads.ToString(CultureInfo.InvariantCulture),
                seconds.ToString(CultureInfo.InvariantCulture));
            double[] rates = [.. output.Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            (theirs[r], theirsInSteps[r]) = (rates[0], rates[1] / rates[0]);
            if (r % 2 == 1) (ours[r], oursInSteps[r]) = Measure(env, states, actions, seconds);
        }
        double[] ratios = [.. ours.Zip(theirs, (a, b) => a / b)];
        static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{id,-24} {threads} thread(s): "
            + $"C# {Median(ours),8:N0} Jacobians/s ({Median(oursInSteps),5:F1} control steps each), "
            + $"C {Median(theirs),8:N0} ({Median(theirsInSteps),5:F1}), "
            + $"ratio {Median(ratios):F3} ({ratios.Min():F3} .. {ratios.Max():F3})"));
    }

    private static void Configure(this MuJoCoOptions options) =>
        (options.JacobianCache, options.DifferenceAnySolver) = (0, true);

    // states after 20 random control steps from random starts
    private static Tensor Visited(MuJoCoEnv env)
    {
        using var noGrad = torch.no_grad();
        var random = new CounterRandom(0, "benchmark/actions");
        var state = env.Reset([.. Enumerable.Range(0, Batch).Select(lane => new LaneKey(0, lane, 0))]);
        for (int t = 0; t < 20; t++)
        {
            using var scope = torch.NewDisposeScope();
            var step = env.Step(state, Actions(env, random, t));
            var next = step.NextState.MoveToOuterDisposeScope();
            state.Dispose();
            state = next.DetachFromDisposeScope();
        }
        return state;
    }

    // random actions [B, A], uniform within the bounds, which are symmetric
    private static Tensor Actions(MuJoCoEnv env, CounterRandom random, long counter)
    {
        var unit = (random.UniformTensor(counter, Batch, env.Spec.Action.Size).to(torch.ScalarType.Float64) * 2) - 1;
        return unit * torch.tensor(env.Spec.Action.Dimensions.Select(d => d.High).ToArray());
    }

    // what the C program reads: qpos, qvel and ctrl of one lane after the other
    private static void Write(MuJoCoEnv env, string file, Tensor states, Tensor actions)
    {
        using var stream = File.Create(file);
        int size = env.Spec.State.Size, used = env.Layout.Positions + env.Layout.Velocities, a = env.Spec.Action.Size;
        for (int lane = 0; lane < Batch; lane++)
        {
            stream.Write(MemoryMarshal.AsBytes(states.Values<double>().Slice(lane * size, used)));
            stream.Write(MemoryMarshal.AsBytes(actions.Values<double>().Slice(lane * a, a)));
        }
    }

    // Jacobians per second, and what one costs in control steps
    private static (double JacobiansPerSecond, double InSteps) Measure(
        MuJoCoEnv env, Tensor states, Tensor actions, double seconds)
    {
        double steps = Rate(() => env.Step(states, actions).Dispose(), seconds);
        double jacobians = Rate(
            () =>
            {
                using var scope = torch.NewDisposeScope();
                env.Linearize(states, actions);
            },
            seconds);
        return (jacobians, steps / jacobians);
    }

    private static double Rate(Action batch, double seconds)
    {
        using var noGrad = torch.no_grad();
        batch();
        var clock = Stopwatch.StartNew();
        int count = 0;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            batch();
            count++;
        }
        return count * Batch / clock.Elapsed.TotalSeconds;
    }
}
