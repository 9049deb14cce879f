using System.Text.Json.Nodes;
using MbMix.Hosting;

namespace MbMix.Dashboard;

/// <summary>Follows the files of one run.</summary>
internal sealed class RunReader(int id, string folder, string name)
{
    private readonly LineTail metricLines = new(Path.Combine(folder, "metrics.csv"));
    private readonly LineTail evaluationLines = new(Path.Combine(folder, "evaluations.csv"));
    private JsonObject? configuration;
    private DateTime resultWritten;
    private bool gone;

    /// <summary>Number of the run, which stays the same.</summary>
    public int Id => id;

    /// <summary>Path of the run's folder.</summary>
    public string Folder => folder;

    /// <summary>Name of the run among those that are shown.</summary>
    public string Name => name;

    /// <summary>Lines of <c>metrics.csv</c>.</summary>
    public Rows Metrics { get; } = new();

    /// <summary>Lines of <c>evaluations.csv</c>.</summary>
    public Rows Evaluations { get; } = new();

    /// <summary>When the metrics were written to last.</summary>
    public DateTime Written => metricLines.Written;

    /// <summary>The result; null as long as the run has not finished.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Why the run cannot be read, in one line; null if it can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether there is a policy that can be loaded.</summary>
    public bool HasPolicy => FileProbe.KindOf(Path.Combine(folder, "policy", "policy.safetensors")) == FileKind.Regular;

    /// <summary>Id of the environment; empty if it is not known yet.</summary>
    public string Environment => Text("environment");

    /// <summary>Id of the algorithm; empty if it is not known yet.</summary>
    public string Algorithm => Text("algorithm");

    /// <summary>Seed of the run.</summary>
    public string Seed => Text("seed");

    /// <summary>Environment steps to train for; null if they are not known.</summary>
    public double? Budget => configuration?["run"]?["budget"] is JsonValue value && value.TryGetValue(out double budget)
        ? budget : null;

    /// <summary>Reads what is new.</summary>
    /// <returns>What has changed; null if nothing has.</returns>
    public RunChange? Poll()
    {
        var (rows, evaluations) = (new List<double[]>(), new List<double[]>());
        var (last, trouble, result, known) = (Metrics.Last, Trouble, Result, configuration);
        bool anew = false;
        try
        {
            Trouble = null;
            bool before = gone;
            gone = FileProbe.KindOf(folder, follow: true) == FileKind.Absent;
            // what was read of it still shows how far it came
            if (gone) throw new MbMixException("its folder is gone");
            // a folder that comes back is that of another run
            if (before) configuration = null;
            configuration ??= ReadConfiguration();
            Metrics.Budget = Evaluations.Budget = Budget;
            anew |= Follow(metricLines, Metrics, rows);
            anew |= Follow(evaluationLines, Evaluations, evaluations);
            ReadResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException
            or InvalidOperationException)
        {
            Trouble = OneLine.Of(e);
        }
        bool same = ReferenceEquals(last, Metrics.Last) && trouble == Trouble && result == Result
            && known == configuration;
        if (!anew && same && rows.Count == 0 && evaluations.Count == 0) return null;
        return anew || known != configuration
            ? new RunChange(this, Whole: true, Metrics.Kept, Evaluations.Kept)
            : new RunChange(this, Whole: false, rows, evaluations);
    }

    /// <summary>Limits the number of lines that are kept of the metrics.</summary>
    public void Limit(int most) => Metrics.Limit(most);

    private static bool Follow(LineTail tail, Rows table, List<double[]> added)
    {
        var lines = new List<string>();
        bool anew = tail.Read(lines);
        if (anew) table.Clear();
        foreach (string line in lines) anew |= table.Add(line, added);
        return anew;
    }

    private JsonObject? ReadConfiguration() =>
        FileProbe.KindOf(Path.Combine(folder, "config.json")) == FileKind.Absent
            ? null
            : RunFolder.Open(folder).ReadConfig();

    private void ReadResult()
    {
        var file = new FileInfo(Path.Combine(folder, "result.json"));
        if (!file.Exists) (Result, resultWritten) = (null, default);
        else if (file.LastWriteTimeUtc != resultWritten)
            (Result, resultWritten) = (RunResult.Read(RunFolder.Open(folder)), file.LastWriteTimeUtc);
    }

    private string Text(string key) => configuration?[key]?.ToString() ?? "";
}
