using Google.Protobuf;
using WireType = Google.Protobuf.WireFormat.WireType;

namespace MbMix.Hosting;

/// <summary>
/// A message in the wire format of Protocol Buffers, given by its fields. The library's runtime encodes them; no
/// compiled message types are needed.
/// </summary>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> fields = [];

    /// <summary>Number of bytes of the encoded message, without its own length.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a field of type int32, int64 or an enumeration.</summary>
    public ProtobufMessage Add(int field, long value) =>
        Add(field, WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a field of type float.</summary>
    public ProtobufMessage Add(int field, float value) =>
        Add(field, WireType.Fixed32, sizeof(float), output => output.WriteFloat(value));

    /// <summary>Adds a field of type string.</summary>
    public ProtobufMessage Add(int field, string value) => Add(
        field, WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value),
        output => output.WriteString(value));

    /// <summary>Adds a field of type bytes; they are not copied.</summary>
    public ProtobufMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        var bytes = UnsafeByteOperations.UnsafeWrap(value);
        int size = CodedOutputStream.ComputeLengthSize(bytes.Length) + bytes.Length;
        return Add(field, WireType.LengthDelimited, size, output => output.WriteBytes(bytes));
    }

    /// <summary>Adds a message, which must not change any more.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage value)
    {
        // a length has the encoding of an unsigned number; this one may be too large for WriteLength
        ulong length = (ulong)value.Size;
        long size = CodedOutputStream.ComputeUInt64Size(length) + value.Size;
        return Add(field, WireType.LengthDelimited, size, output =>
        {
            output.WriteUInt64(length);
            value.WriteTo(output);
        });
    }

    /// <summary>Adds one occurrence of a repeated field for each message.</summary>
    public ProtobufMessage Add(int field, IEnumerable<ProtobufMessage> values)
    {
        foreach (var value in values) Add(field, value);
        return this;
    }

    /// <summary>Writes the fields in the order in which they were added.</summary>
    public void WriteTo(CodedOutputStream output)
    {
        foreach (var write in fields) write(output);
    }

    private ProtobufMessage Add(int field, WireType type, long size, Action<CodedOutputStream> write)
    {
        Size += CodedOutputStream.ComputeTagSize(field) + size;
        fields.Add(output =>
        {
            output.WriteTag(field, type);
            write(output);
        });
        return this;
    }
}
