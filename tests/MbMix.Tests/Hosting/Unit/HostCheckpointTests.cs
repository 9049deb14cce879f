using System.Runtime.InteropServices;
using MbMix.Hosting;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

public sealed class HostCheckpointTests : IDisposable
{
    private readonly HostFolder folder = new();
    private readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_type_and_shape_comes_back()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] tensors =
        [
            torch.randn(3, 4), torch.randn(2, 3, torch.ScalarType.Float64), torch.arange(5), torch.tensor(7.5f), torch.zeros(0, 3),
            torch.tensor(new[] { true, false }), torch.randn(4, 3).t(), torch.randn(2).to(torch.ScalarType.BFloat16),
        ];
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w =>
        {
            for (int i = 0; i < tensors.Length; i++) w.Section("a").Write($"t{i}", tensors[i]);
            w.Write<long>("counters", [1, long.MaxValue]);
            w.Write<LaneKey>("keys", [new LaneKey(1, 2, 3)]);
        });
        var reader = new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.Reader;
        for (int i = 0; i < tensors.Length; i++)
        {
            var back = torch.empty_like(tensors[i]);
            reader.Section("a").ReadInto($"t{i}", back);
            Assert.Equal(0, (back.to(torch.ScalarType.Float64) - tensors[i].to(torch.ScalarType.Float64)).abs().sum().item<double>());
        }
        Assert.Equal([1, long.MaxValue], reader.Read<long>("counters"));
        Assert.Equal([new LaneKey(1, 2, 3)], reader.Read<LaneKey>("keys"));
    }

    [Fact]
    public void Reading_into_a_parameter_leaves_autograd_alone()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = torch.zeros(2, requires_grad: true);
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => w.Write("p", torch.ones(2)));
        store.LoadNewest(notices.Add)!.Reader.ReadInto("p", parameter);
        Assert.True(parameter.requires_grad && parameter.is_leaf);
        Assert.Equal(2f, parameter.sum().item<float>());
    }

    [Fact]
    public void Wrong_shapes_types_and_names_are_said_in_one_line()
    {
        using var scope = torch.NewDisposeScope();
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => w.Section("actor").Write("weight", torch.zeros(2, 3)));
        var reader = store.LoadNewest(notices.Add)!.Reader.Section("actor");
        Assert.Contains("'actor.weight' is F32[2, 3], but F32[3, 2] is expected", Assert.Throws<MbMixException>(() => reader.ReadInto("weight", torch.zeros(3, 2))).Message, StringComparison.Ordinal);
        Assert.Throws<MbMixException>(() => reader.Read<double>("weight"));
        Assert.Contains("no entry 'actor.bias'", Assert.Throws<MbMixException>(() => reader.Read<float>("bias")).Message, StringComparison.Ordinal);
        Assert.Throws<MbMixException>(() => store.Save(State(2), w =>
        {
            w.Write<int>("twice", [1]);
            w.Write<int>("twice", [2]);
        }));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed_and_the_one_before_is_taken()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => w.Write<int>("x", [1]));
        store.Save(State(2), w => w.Write<int>("x", [2]));
        string newest = Directory.GetFiles(folder.Path).Max()!;
        byte[] whole = File.ReadAllBytes(newest);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 4;
            File.WriteAllBytes(newest, damaged);
            notices.Clear();
            Assert.Equal(1, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.State.Iteration);
            Assert.Single(notices);
        }
        foreach (int length in new[] { 0, 7, 100, whole.Length - 1 })
        {
            File.WriteAllBytes(newest, whole[..length]);
            Assert.Equal(1, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.State.Iteration);
        }
        File.WriteAllBytes(newest, whole);
        Assert.Equal(2, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.State.Iteration);
    }

    [Fact]
    public void The_last_two_are_kept_and_temporary_files_are_not_taken_for_checkpoints()
    {
        var store = new CheckpointStore(folder.Path);
        Assert.Null(store.LoadNewest(notices.Add));
        for (int i = 1; i <= 5; i++) store.Save(State(i), w => w.Write<int>("x", [i]));
        Assert.Equal(["checkpoint-000000004.safetensors", "checkpoint-000000005.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        File.WriteAllText(folder["checkpoint.tmp"], "half");
        Assert.Equal(5, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.State.Iteration);
        Assert.Empty(notices);
    }

    [Fact]
    public void When_all_are_damaged_that_is_an_error()
    {
        new CheckpointStore(folder.Path).Save(State(1), w => w.Write<int>("x", [1]));
        File.WriteAllText(Directory.GetFiles(folder.Path).Single(), "nonsense");
        Assert.Contains("Every checkpoint", Assert.Throws<MbMixException>(() => new CheckpointStore(folder.Path).LoadNewest(notices.Add)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_write_leaves_the_earlier_one_usable()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => Rows(w, 0, 10));
        // a folder where the file would have to be
        Directory.CreateDirectory(folder["checkpoint-000000002.safetensors"]);
        Assert.ThrowsAny<Exception>(() => store.Save(State(2), w => Rows(w, 0, 20)));
        Assert.Equal(10, ReadRows(new CheckpointStore(folder.Path).LoadNewest(notices.Add)!).Count);
        Directory.Delete(folder["checkpoint-000000002.safetensors"]);
        store.Save(State(2), w => Rows(w, 0, 20));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), ReadRows(new CheckpointStore(folder.Path).LoadNewest(notices.Add)!));
    }

    [Fact]
    public void Only_new_rows_are_asked_for_and_all_come_back()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => Rows(w, 0, 100));
        var asked = new List<long>();
        store.Save(State(2), w => Rows(w, 40, 150, asked));
        Assert.Equal(Enumerable.Range(100, 50).Select(i => (long)i), asked);
        Assert.Equal(Enumerable.Range(40, 110).Select(i => (long)i), ReadRows(new CheckpointStore(folder.Path).LoadNewest(notices.Add)!));
    }

    [Fact]
    public void Rows_that_no_checkpoint_knows_are_cut_off()
    {
        new CheckpointStore(folder.Path).Save(State(1), w => Rows(w, 0, 10));
        string segment = Directory.GetFiles(folder["rows"]).Single();
        File.AppendAllText(segment, "a row that was being written when the power went");
        var store = new CheckpointStore(folder.Path);
        Assert.Equal(10, ReadRows(store.LoadNewest(notices.Add)!).Count);
        store.Save(State(2), w => Rows(w, 0, 12));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), ReadRows(new CheckpointStore(folder.Path).LoadNewest(notices.Add)!));
    }

    [Fact]
    public void Damaged_rows_make_the_checkpoint_damaged()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => Rows(w, 0, 10));
        store.Save(State(2), w => Rows(w, 0, 20));
        string segment = Directory.GetFiles(folder["rows"]).Single();
        byte[] rows = File.ReadAllBytes(segment);
        rows[15 * sizeof(long)] ^= 1;
        File.WriteAllBytes(segment, rows);
        Assert.Equal(1, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.State.Iteration);
        Assert.Contains("checksum", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_end_and_old_ones_go_away_when_no_kept_checkpoint_needs_them()
    {
        const int rowBytes = 1 << 20;
        static void Big(ICheckpointWriter w, long oldest, long count) => w.WriteRows("log", oldest, count, rowBytes, (row, destination) => destination.Fill((byte)row));
        var store = new CheckpointStore(folder.Path);
        store.Save(State(1), w => Big(w, 0, 10));
        Assert.Equal(2, Directory.GetFiles(folder["rows"]).Length);
        store.Save(State(2), w => Big(w, 9, 11));
        Assert.Equal(2, Directory.GetFiles(folder["rows"]).Length);
        store.Save(State(3), w => Big(w, 9, 12));
        Assert.Single(Directory.GetFiles(folder["rows"]));
        var seen = new List<(long Row, byte Value)>();
        Assert.Equal(12, new CheckpointStore(folder.Path).LoadNewest(notices.Add)!.Reader.ReadRows("log", rowBytes, (row, source) => seen.Add((row, source[^1]))));
        Assert.Equal([(9, 9), (10, 10), (11, 11)], seen);
    }

    private static CheckpointState State(long iteration) => new(iteration, iteration * 10, 0.5, new Dictionary<string, long>());

    private static void Rows(ICheckpointWriter writer, long oldest, long count, List<long>? asked = null) => writer.WriteRows("log", oldest, count, sizeof(long), (row, destination) =>
    {
        asked?.Add(row);
        MemoryMarshal.Write(destination, row);
    });

    private static List<long> ReadRows(Checkpoint checkpoint)
    {
        var rows = new List<long>();
        checkpoint.Reader.ReadRows("log", sizeof(long), (row, source) =>
        {
            Assert.Equal(row, MemoryMarshal.Read<long>(source));
            rows.Add(row);
        });
        return rows;
    }
}
