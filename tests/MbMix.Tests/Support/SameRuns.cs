using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MbMix.Tests.Support;

/// <summary>What two runs have in common if one was killed and moved, and the other was not: everything but clocks.</summary>
internal static class SameRuns
{
    /// <summary>Says what differs first; null if the runs are the same.</summary>
    public static string? Difference(string one, string other)
    {
        foreach (string log in new[] { "metrics.csv", "evaluations.csv" })
        {
            if (WithoutClocks(Path.Combine(one, log)) != WithoutClocks(Path.Combine(other, log))) return log;
        }
        if (Result(one) != Result(other)) return "result.json";
        string last = Last(one), others = Last(other);
        if (Path.GetFileName(last) != Path.GetFileName(others)) return $"{Path.GetFileName(last)}, {Path.GetFileName(others)}";
        return Checkpoint(last) == Checkpoint(others) ? null : Path.GetFileName(last);
    }

    private static string Last(string run) =>
        Directory.GetFiles(Path.Combine(run, "checkpoints"), "checkpoint-*.safetensors").Max(StringComparer.Ordinal)!;

    private static string Result(string run)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "result.json")))!.AsObject();
        json.Remove("trainSeconds");
        return json.ToJsonString();
    }

    // every array bit for bit, and what describes them
    private static string Checkpoint(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var json = JsonNode.Parse(bytes.AsSpan(8, header))!.AsObject();
        var about = json["__metadata__"]!.AsObject();
        about.Remove("sha256");
        about.Remove("earlier");
        var run = JsonNode.Parse((string)about["run"]!)!.AsObject();
        // the logs contain clocks, so their lengths vary
        run.Remove("TrainSeconds");
        run.Remove("Logs");
        about["run"] = run.ToJsonString();
        return json.ToJsonString() + Convert.ToHexString(SHA256.HashData(bytes.AsSpan(8 + header)));
    }

    private static string WithoutClocks(string path)
    {
        var rows = File.ReadAllLines(path).Select(line => line.Split(',')).ToList();
        bool Clock(string column) => column.StartsWith("wall_", StringComparison.Ordinal) || column.StartsWith("seconds_", StringComparison.Ordinal);
        int[] kept = [.. Enumerable.Range(0, rows[0].Length).Where(i => !Clock(rows[0][i]))];
        return string.Join("\n", rows.Select(row => string.Join(",", kept.Select(i => row[i]))));
    }
}
