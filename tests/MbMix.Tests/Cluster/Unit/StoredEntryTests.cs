using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MbMix.Cluster;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>What the store keeps of a run.</summary>
public sealed class StoredEntryTests
{
    // files of a run of MB-MIX that has ended
    private static readonly string[] Names =
    [
        "checkpoints/checkpoint-000000009.safetensors", "checkpoints/checkpoint-000000010.safetensors",
        "checkpoints/rows/optimizer.learner.replay.rows-000000000000.rows", "config.json", "evaluations.csv",
        "events.out.tfevents.1796061214.machine", "manifest.json", "metrics.csv", "metrics.jsonl",
        "policy/policy.safetensors", "result.json",
    ];

    private static readonly RunEntry Ended = new()
    {
        Ticket = new RunTicket
        {
            Run = "cluster-93dea436-2f718a4ea19c70e4",
            Sweep = "cluster-93dea436",
            Name = "diffrl.cartpole-swingup-v1/mbmix/seed0",
            Arguments =
            [
                "train", "diffrl/cartpole-swingup-v1", "--algo", "mbmix", "--seed", "0", "--threads", "1", "--budget",
                "20480", "--set", "run.checkpointEvery=1",
            ],
            Code = new CodeStamp($"0.1.0+{Hash("commit")[..40]}", "2.3", Hash("host"), 512),
        },
        Phase = RunPhase.Finished,
        Fence = 1,
        Runner = "runner-3",
        Request = $"{Hash("instance")[..32]}/0",
        Files = [.. Names.Select(n => new FileEntry(n, Hash(n), 276_280))],
        Log = new FileEntry("output.log", Hash("log"), 1446),
        VectorBits = 512,
    };

    [Fact]
    public void An_entry_comes_back_as_it_was() => Assert.Equal(
        JsonSerializer.Serialize(Ended, Wire.Json),
        JsonSerializer.Serialize(StoredEntry.Read(StoredEntry.Write(Ended)), Wire.Json));

    [Fact]
    public void A_run_takes_less_than_two_kilobytes() => Assert.InRange(StoredEntry.Write(Ended).Length, 600, 1999);

    [Fact]
    public void What_is_no_entry_is_named()
    {
        var e = Assert.Throws<StoreException>(() => StoredEntry.Read("{\"ticket\":1}"u8.ToArray()));
        Assert.Contains("an entry that is no run", e.Message, StringComparison.Ordinal);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
