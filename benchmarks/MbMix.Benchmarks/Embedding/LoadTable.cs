using System.Diagnostics;
using System.Globalization;

namespace MbMix.Benchmarks.Embedding;

/// <summary>The measurements: a row for each quarter of a minute, and the summary.</summary>
internal sealed class LoadTable(DirectoryInfo target)
{
    public const string Load = "load";
    public const string PairIdle = "pair idle";
    public const string PairLoad = "pair load";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly List<Row> rows = [];
    private readonly List<double> latencies = [];
    private readonly List<(string Name, double Value)> summary = [];
    private readonly long start = Stopwatch.GetTimestamp();

    private sealed record Row(
        string Phase, double End, double Seconds, int Requests, int Errors, double P50, double P99, double Most,
        long Steps, double Processor, double WorkingSet, double Managed)
    {
        public double StepsPerSecond => Steps / Seconds;
    }

    public void Add(
        string phase, RequestCounts requests, TrainingProgress from, TrainingProgress to,
        (double WorkingSetMb, double ManagedMb) memory)
    {
        double seconds = Stopwatch.GetElapsedTime(from.Timestamp, to.Timestamp).TotalSeconds;
        double[] sorted = [.. requests.Latencies.Order()];
        if (phase == Load) latencies.AddRange(sorted);
        var row = new Row(
            phase, Stopwatch.GetElapsedTime(start).TotalSeconds, seconds, sorted.Length, requests.Errors,
            Quantile(sorted, 0.5), Quantile(sorted, 0.99), Quantile(sorted, 1),
            to.EnvironmentSteps - from.EnvironmentSteps, (to.Processor - from.Processor).TotalSeconds,
            memory.WorkingSetMb, memory.ManagedMb);
        if (rows.Count == 0) Console.WriteLine(Header);
        Console.WriteLine(Text(row));
        rows.Add(row);
    }

    public void Summary(string name, double value) => summary.Add((name, value));

    public void Write()
    {
        Row[] load = [.. rows.Where(r => r.Phase == Load)], idle = [.. rows.Where(r => r.Phase == "idle")];
        double[] sorted = [.. latencies.Order()];
        double loaded = load.Average(r => r.StepsPerSecond), alone = idle.Average(r => r.StepsPerSecond);
        int third = Math.Max(1, load.Length / 3);
        (string, double)[] first =
        [
            ("seconds", load.Sum(r => r.Seconds)),
            ("requests_per_second", load.Sum(r => r.Requests) / load.Sum(r => r.Seconds)),
            ("errors", load.Sum(r => r.Errors)),
            ("p50_ms", Quantile(sorted, 0.5)),
            ("p99_ms", Quantile(sorted, 0.99)),
            ("max_ms", Quantile(sorted, 1)),
            ("training_steps_per_second_idle", alone),
            ("training_steps_per_second_load", loaded),
            ("training_load_to_idle", loaded / alone),
            ("training_load_to_idle_median_of_pairs", MedianRatio()),
            ("training_steps_per_processor_second_idle", idle.Sum(r => r.Steps) / idle.Sum(r => r.Processor)),
            ("training_steps_per_processor_second_load", load.Sum(r => r.Steps) / load.Sum(r => r.Processor)),
            ("working_set_mb_first_third", load[..third].Average(r => r.WorkingSet)),
            ("working_set_mb_last_third", load[^third..].Average(r => r.WorkingSet)),
            ("managed_mb_first_third", load[..third].Average(r => r.Managed)),
            ("managed_mb_last_third", load[^third..].Average(r => r.Managed)),
        ];
        target.Create();
        File.WriteAllLines(Path.Combine(target.FullName, "load.csv"), [Header, .. rows.Select(Text)]);
        string machine = ResultTable.Machine();
        string[] lines =
        [
            .. first.Concat(summary).Select(
                s => string.Create(CultureInfo.InvariantCulture, $"{s.Item1},{s.Item2:0.###},\"{machine}\"")),
        ];
        File.WriteAllLines(Path.Combine(target.FullName, "summary.csv"), ["measure,value,machine", .. lines]);
        foreach (string line in lines) Console.WriteLine(line);
    }

    private double MedianRatio()
    {
        double[] Rates(string phase) => [.. rows.Where(r => r.Phase == phase).Select(r => r.StepsPerSecond)];
        return Quantile([.. Rates(PairLoad).Zip(Rates(PairIdle), (load, idle) => load / idle).Order()], 0.5);
    }

    private const string Header =
        "phase,second,requests,errors,p50_ms,p99_ms,max_ms,training_steps_per_second,processor_seconds,"
        + "working_set_mb,managed_mb";

    private static string Text(Row r)
    {
        string latency = r.Requests == 0
            ? ",,"
            : string.Create(CultureInfo.InvariantCulture, $"{r.P50:F2},{r.P99:F2},{r.Most:F2}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{r.Phase},{r.End:F0},{r.Requests},{r.Errors},{latency},{r.StepsPerSecond:F0},"
            + $"{r.Processor:F2},{r.WorkingSet:F1},{r.Managed:F1}");
    }

    // the smallest value that at least this share of the values does not exceed
    private static double Quantile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
