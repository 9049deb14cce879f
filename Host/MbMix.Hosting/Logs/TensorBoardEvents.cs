using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MbMix.Hosting;

/// <summary>
/// Writes scalars for TensorBoard, as <c>Event</c> messages in TFRecord framing. We do this ourselves because a resumed
/// run cuts the file back to a record boundary, for which we need control of the stream. The step is the number of
/// environment steps.
/// </summary>
internal sealed class TensorBoardEvents : IRunLog
{
    // field numbers of tensorflow.Event, Summary and Summary.Value, with the wire type in the low three bits
    private const byte EventWallTime = (1 << 3) | 1, EventStep = (2 << 3) | 0;
    private const byte EventFileVersion = (3 << 3) | 2, EventSummary = (5 << 3) | 2;
    private const byte SummaryValue = (1 << 3) | 2, ValueTag = (1 << 3) | 2, ValueSimple = (2 << 3) | 5;

    /// <summary>Creates a log in a file, and writes the first record if the file is new.</summary>
    public TensorBoardEvents(LogFile file)
    {
        File = file;
        if (!file.IsEmpty) return;
        var message = new ArrayBufferWriter<byte>();
        Fixed64(message, EventWallTime, BitConverter.DoubleToUInt64Bits(Now()));
        Bytes(message, EventFileVersion, "brain.Event:2"u8);
        Record(message.WrittenSpan);
    }

    /// <inheritdoc/>
    public LogFile File { get; }

    /// <inheritdoc/>
    public void Write(IterationRecord record)
    {
        var scalars = new List<KeyValuePair<string, double>>();
        foreach (var (name, value) in MetricColumns.Of(record))
        {
            if (name is "env_steps") continue;
            // names of the algorithm's metrics already contain their group
            bool grouped = name.Contains('/', StringComparison.Ordinal);
            string group = name.StartsWith("seconds_", StringComparison.Ordinal) ? "time" : "train";
            scalars.Add(new(grouped ? name : $"{group}/{name}", value));
        }
        Scalars(record.Report.EnvironmentSteps, scalars);
    }

    /// <inheritdoc/>
    public void Write(EvaluationRecord record) => Scalars(record.EnvironmentSteps,
    [
        new("evaluation/mean", record.Result.Mean), new("evaluation/median", record.Result.Median),
        new("evaluation/min", record.Result.Minimum), new("evaluation/max", record.Result.Maximum),
    ]);

    private void Scalars(long step, List<KeyValuePair<string, double>> scalars)
    {
        var summary = new ArrayBufferWriter<byte>();
        var value = new ArrayBufferWriter<byte>();
        foreach (var (tag, number) in scalars)
        {
            if (double.IsNaN(number)) continue;
            value.ResetWrittenCount();
            Bytes(value, ValueTag, Encoding.UTF8.GetBytes(tag));
            var simple = value.GetSpan(5);
            simple[0] = ValueSimple;
            BinaryPrimitives.WriteSingleLittleEndian(simple[1..], (float)number);
            value.Advance(5);
            Bytes(summary, SummaryValue, value.WrittenSpan);
        }
        var message = new ArrayBufferWriter<byte>();
        Fixed64(message, EventWallTime, BitConverter.DoubleToUInt64Bits(Now()));
        Varint(message, EventStep, (ulong)step);
        Bytes(message, EventSummary, summary.WrittenSpan);
        Record(message.WrittenSpan);
    }

    private void Record(ReadOnlySpan<byte> message)
    {
        var frame = File.Writer.GetSpan(12 + message.Length + 4);
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Masked(frame[..8]));
        message.CopyTo(frame[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[(12 + message.Length)..], Masked(message));
        File.Writer.Advance(12 + message.Length + 4);
    }

    // the format masks checksums by rotation and offset, so that a checksum of data that contains checksums stays
    // useful
    private static uint Masked(ReadOnlySpan<byte> data) =>
        unchecked(uint.RotateRight(Crc32C.Append(0, data), 15) + 0xa282ead8u);

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static void Fixed64(ArrayBufferWriter<byte> to, byte field, ulong value)
    {
        var span = to.GetSpan(9);
        span[0] = field;
        BinaryPrimitives.WriteUInt64LittleEndian(span[1..], value);
        to.Advance(9);
    }

    private static void Bytes(ArrayBufferWriter<byte> to, byte field, ReadOnlySpan<byte> value)
    {
        Varint(to, field, (ulong)value.Length);
        to.Write(value);
    }

    private static void Varint(ArrayBufferWriter<byte> to, byte field, ulong value)
    {
        var span = to.GetSpan(11);
        int n = 0;
        span[n++] = field;
        for (; value >= 0x80; value >>= 7) span[n++] = (byte)(value | 0x80);
        span[n++] = (byte)value;
        to.Advance(n);
    }
}
