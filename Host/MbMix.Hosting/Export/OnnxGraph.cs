namespace MbMix.Hosting;

/// <summary>
/// Builds a graph of ONNX operators from <c>[batch, inputs]</c> to <c>[batch, outputs]</c>, in single precision and
/// with any size of batch. A node has the name of the one value that it computes.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly List<ProtobufMessage> nodes = [], constants = [];

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    public string Constant(PolicyTensor tensor)
    {
        var message = new ProtobufMessage();
        foreach (long size in tensor.Shape) message.Add(OnnxFields.Tensor.Size, size);
        constants.Add(message
            .Add(OnnxFields.Tensor.DataType, OnnxFields.Float32)
            .Add(OnnxFields.Tensor.Name, tensor.Name)
            .Add(OnnxFields.Tensor.RawData, tensor.Bytes()));
        return tensor.Name;
    }

    /// <summary>Adds a constant without axes.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string name, float value) => Constant(new PolicyTensor(name, [value], []));

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="output">Name of the value that it computes.</param>
    /// <param name="inputs">Names of the values that it takes.</param>
    /// <returns>The name of the value.</returns>
    public string Node(string type, string output, params string[] inputs) => Node(type, output, inputs, null);

    /// <summary>Adds a node whose operator has an attribute.</summary>
    /// <returns>The name of the value that it computes.</returns>
    public string Node(string type, string output, string[] inputs, ProtobufMessage? attribute)
    {
        var message = new ProtobufMessage();
        foreach (string input in inputs) message.Add(OnnxFields.Node.Input, input);
        message.Add(OnnxFields.Node.Output, output)
            .Add(OnnxFields.Node.Name, output)
            .Add(OnnxFields.Node.Operator, type);
        if (attribute is not null) message.Add(OnnxFields.Node.Attribute, attribute);
        nodes.Add(message);
        return output;
    }

    /// <summary>Creates an attribute that is a whole number.</summary>
    public static ProtobufMessage Attribute(string name, long value) => new ProtobufMessage()
        .Add(OnnxFields.Attribute.Name, name)
        .Add(OnnxFields.Attribute.Integer, value)
        .Add(OnnxFields.Attribute.Type, OnnxFields.Attribute.TypeInteger);

    /// <summary>Creates an attribute that is a number.</summary>
    public static ProtobufMessage Attribute(string name, float value) => new ProtobufMessage()
        .Add(OnnxFields.Attribute.Name, name)
        .Add(OnnxFields.Attribute.Float, value)
        .Add(OnnxFields.Attribute.Type, OnnxFields.Attribute.TypeFloat);

    /// <summary>Completes the graph.</summary>
    /// <param name="name">Name of the graph.</param>
    /// <param name="input">The value that it takes.</param>
    /// <param name="output">The value that it computes.</param>
    public ProtobufMessage Complete(string name, ProtobufMessage input, ProtobufMessage output) => new ProtobufMessage()
        .Add(OnnxFields.Graph.Node, nodes)
        .Add(OnnxFields.Graph.Name, name)
        .Add(OnnxFields.Graph.Initializer, constants)
        .Add(OnnxFields.Graph.Input, input)
        .Add(OnnxFields.Graph.Output, output);

    /// <summary>Describes a value of shape <c>[batch, columns]</c>.</summary>
    public static ProtobufMessage Value(string name, long columns, string description)
    {
        var batch = new ProtobufMessage().Add(OnnxFields.Type.DimensionName, "batch");
        var row = new ProtobufMessage().Add(OnnxFields.Type.DimensionSize, columns);
        var shape = new ProtobufMessage().Add(OnnxFields.Type.ShapeDimension, [batch, row]);
        var tensor = new ProtobufMessage()
            .Add(OnnxFields.Type.TensorElement, OnnxFields.Float32)
            .Add(OnnxFields.Type.TensorShape, shape);
        return new ProtobufMessage()
            .Add(OnnxFields.Value.Name, name)
            .Add(OnnxFields.Value.Type, new ProtobufMessage().Add(OnnxFields.Type.Tensor, tensor))
            .Add(OnnxFields.Value.Description, description);
    }
}
