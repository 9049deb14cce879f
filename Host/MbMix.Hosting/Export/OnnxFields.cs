namespace MbMix.Hosting;

/// <summary>
/// Field numbers and constants of the messages that a model in the ONNX format is made of, as far as they are needed;
/// from the ONNX intermediate representation specification, https://github.com/onnx/onnx (docs/IR.md, onnx/onnx.proto).
/// </summary>
internal static class OnnxFields
{
    /// <summary>Version of the intermediate representation; the one that came with the operators below.</summary>
    public const long IrVersion = 8;

    /// <summary>Version of the operators: the first one with layer normalization.</summary>
    public const long OperatorSetVersion = 17;

    /// <summary>Numbers in <c>TensorProto.DataType</c>.</summary>
    public const long Float32 = 1;

    /// <summary>ModelProto.</summary>
    internal static class Model
    {
        public const int IrVersion = 1, ProducerName = 2, ProducerVersion = 3, Description = 6, Graph = 7;
        public const int OperatorSet = 8, Metadata = 14;
    }

    /// <summary>OperatorSetIdProto; an absent domain is that of ONNX itself.</summary>
    internal static class OperatorSet
    {
        public const int Version = 2;
    }

    /// <summary>StringStringEntryProto.</summary>
    internal static class Entry
    {
        public const int Key = 1, Value = 2;
    }

    /// <summary>GraphProto.</summary>
    internal static class Graph
    {
        public const int Node = 1, Name = 2, Initializer = 5, Input = 11, Output = 12;
    }

    /// <summary>NodeProto.</summary>
    internal static class Node
    {
        public const int Input = 1, Output = 2, Name = 3, Operator = 4, Attribute = 5;
    }

    /// <summary>AttributeProto, and the values of its type.</summary>
    internal static class Attribute
    {
        public const int Name = 1, Float = 2, Integer = 3, Type = 20;
        public const long TypeFloat = 1, TypeInteger = 2;
    }

    /// <summary>TensorProto.</summary>
    internal static class Tensor
    {
        public const int Size = 1, DataType = 2, Name = 8, RawData = 9;
    }

    /// <summary>ValueInfoProto.</summary>
    internal static class Value
    {
        public const int Name = 1, Type = 2, Description = 3;
    }

    /// <summary>TypeProto, TypeProto.Tensor and TensorShapeProto, each inside the one before.</summary>
    internal static class Type
    {
        public const int Tensor = 1, TensorElement = 1, TensorShape = 2, ShapeDimension = 1;
        public const int DimensionSize = 1, DimensionName = 2;
    }
}
