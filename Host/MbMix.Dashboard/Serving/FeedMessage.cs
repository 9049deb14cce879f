using System.Buffers;
using System.Text.Json;

namespace MbMix.Dashboard;

/// <summary>Writes changes as a server-sent event with one line of JSON.</summary>
internal static class FeedMessage
{
    /// <summary>A line that keeps a connection open.</summary>
    public static ReadOnlyMemory<byte> Nothing { get; } = ":\n\n"u8.ToArray();

    /// <summary>Writes changes.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="whole">Whether these are all runs, so that a page forgets the others.</param>
    /// <param name="replays">Whether policies can be replayed.</param>
    /// <param name="cluster">The cluster, if there is one and something is new about it.</param>
    public static byte[] Of(IReadOnlyList<RunChange> changes, bool whole, bool replays, ClusterFeed? cluster = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("whole", whole);
            json.WriteNumber("now", Milliseconds(DateTime.UtcNow));
            json.WriteStartArray("runs");
            foreach (var change in changes) Write(json, change, replays && change.Run.HasPolicy);
            json.WriteEndArray();
            cluster?.Write(json);
            json.WriteEndObject();
        }
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, RunChange change, bool replay)
    {
        var run = change.Run;
        json.WriteStartObject();
        json.WriteNumber("id", run.Id);
        json.WriteBoolean("whole", change.Whole);
        json.WriteBoolean("replay", replay);
        if (change.Whole)
        {
            json.WriteString("name", run.Name);
            json.WriteString("folder", run.Folder);
            json.WriteString("environment", run.Environment);
            json.WriteString("algorithm", run.Algorithm);
            json.WriteString("seed", run.Seed);
            if (run.Budget is { } budget) json.WriteNumber("budget", budget);
        }
        if (run.Written != default) json.WriteNumber("written", Milliseconds(run.Written));
        if (run.Trouble is { } trouble) json.WriteString("trouble", trouble);
        if (run.Result is { } result)
        {
            json.WriteStartObject("result");
            json.WriteNumber("return", result.EvaluationReturn);
            if (result.Failure is { } failure) json.WriteString("failure", failure);
            json.WriteEndObject();
        }
        // the header may have come after the first message
        Write(json, "columns", run.Metrics.Columns);
        Write(json, "rows", change.Rows);
        if (run.Metrics.Last is { } last) Write(json, "last", last);
        Write(json, "evaluationColumns", run.Evaluations.Columns);
        Write(json, "evaluations", change.Evaluations);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double[]> rows)
    {
        json.WriteStartArray(name);
        foreach (double[] row in rows)
        {
            json.WriteStartArray();
            foreach (double value in row) Write(json, value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, double[] row)
    {
        json.WriteStartArray(name);
        foreach (double value in row) Write(json, value);
        json.WriteEndArray();
    }

    // a screen shows no more than single precision, but steps are counted further than that
    private static void Write(Utf8JsonWriter json, double value)
    {
        if (!double.IsFinite(value)) json.WriteNullValue();
        else if (Math.Abs(value) < 1e15 && value == Math.Floor(value)) json.WriteNumberValue((long)value);
        else if (float.IsFinite((float)value)) json.WriteNumberValue((float)value);
        else json.WriteNumberValue(value);
    }

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds();
}
