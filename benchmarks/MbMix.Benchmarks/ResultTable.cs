using System.Globalization;
using System.Runtime.Intrinsics;

namespace MbMix.Benchmarks;

/// <summary>The results, as a table for people and as CSV.</summary>
internal sealed class ResultTable(Workload workload, int threads)
{
    // environment steps per second of dflex's CPU back-end on the same kind of machine: forward + backward, one thread,
    // 64 environments, horizon 32
    private static readonly Dictionary<string, double> Peer = new()
    {
        ["diffrl/cartpole-swingup-v1"] = 19_300,
        ["diffrl/hopper-v1"] = 2_660,
        ["diffrl/cheetah-v1"] = 1_840,
        ["diffrl/ant-v1"] = 1_500,
        ["diffrl/humanoid-v1"] = 240,
        ["diffrl/snu-humanoid-v1"] = 120,
    };

    private readonly List<(string Layer, string Mode, double Seconds)> rows = [];

    public void Add(string layer, string mode, double seconds) => rows.Add((layer, mode, seconds));

    public void Print()
    {
        Console.WriteLine(
            $"{workload.Id}: {workload.Envs} environments, {threads} thread(s), {workload.Lanes} lanes, "
            + $"compile {workload.CompileSeconds * 1000:F0} ms");
        Console.WriteLine(
            $"operations per environment step: forward {workload.Operations.Forward}, "
            + $"adjoint {workload.Operations.Adjoint}; {Machine()}");
        foreach (var (layer, mode, seconds) in rows)
        {
            double rate = workload.StepsPerRun / seconds;
            bool compared = mode.Contains('+') && Peer.ContainsKey(workload.Id);
            string peer = compared ? $"  {rate / Peer[workload.Id],6:F0} x peer" : string.Empty;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{layer,-7} {mode,-22} {rate,14:N0} steps/s {NanosecondsPerSubstep(seconds),9:F1} ns/substep{peer}"));
        }
        Console.WriteLine($"memory {Environment.WorkingSet / 1048576} MB");
    }

    public void Append(FileInfo file)
    {
        file.Directory!.Create();
        bool empty = !file.Exists || file.Length == 0;
        using var writer = file.AppendText();
        if (empty)
        {
            writer.WriteLine(
                "env,envs,threads,lanes,layer,mode,steps_per_second,ns_per_substep,compile_ms,machine");
        }
        foreach (var (layer, mode, seconds) in rows)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{workload.Id},{workload.Envs},{threads},{workload.Lanes},{layer},\"{mode}\","
                + $"{workload.StepsPerRun / seconds:F0},{NanosecondsPerSubstep(seconds):F2},"
                + $"{workload.CompileSeconds * 1000:F0},\"{Machine()}\""));
        }
    }

    private double NanosecondsPerSubstep(double seconds) =>
        1e9 * seconds / workload.StepsPerRun / workload.Substeps;

    public static string Machine()
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string? line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        string model = line?.Split(':')[1].Trim() ?? "unknown CPU";
        return $"{model}; {Environment.ProcessorCount} cores; {bits}-bit SIMD; .NET {Environment.Version}";
    }
}
