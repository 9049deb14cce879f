using Google.Protobuf;
using MbMix.Learning;

namespace MbMix.Hosting;

/// <summary>
/// Writes a policy as a model in the ONNX format. Its graph maps raw observations to deterministic actions within the
/// bounds: normalization, network, squashing and scaling.
/// </summary>
internal static class OnnxPolicy
{
    /// <summary>Name of the graph's input.</summary>
    public const string Input = "observation";

    /// <summary>Name of the graph's output.</summary>
    public const string Output = "action";

    private const string Format = "mbmix-onnx-1";

    /// <summary>Writes the file; the same policy gives the same bytes.</summary>
    /// <exception cref="MbMixException">The policy has something that the format cannot hold.</exception>
    public static void Write(string path, PolicyArtifact policy)
    {
        var model = Model(policy);
        // the limit of Protocol Buffers
        if (model.Size > int.MaxValue)
        {
            throw new MbMixException(
                $"The policy cannot be exported: in the ONNX format it would have {model.Size} bytes, and "
                + $"{int.MaxValue} are possible.");
        }
        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            model.WriteTo(output);
        });
    }

    private static ProtobufMessage Model(PolicyArtifact policy)
    {
        string training = $"Deterministic policy of {policy.Algorithm} for {policy.Environment}";
        string description = FormattableString.Invariant(
            $"{training}, {policy.EnvironmentSteps} environment steps; one action every {policy.ControlPeriod} s.");
        return new ProtobufMessage()
            .Add(OnnxFields.Model.IrVersion, OnnxFields.IrVersion)
            .Add(OnnxFields.Model.ProducerName, "MbMix")
            .Add(OnnxFields.Model.ProducerVersion, typeof(OnnxPolicy).Assembly.GetName().Version!.ToString(3))
            .Add(OnnxFields.Model.Description, description)
            .Add(OnnxFields.Model.Graph, Graph(policy))
            .Add(
                OnnxFields.Model.OperatorSet,
                new ProtobufMessage().Add(OnnxFields.OperatorSet.Version, OnnxFields.OperatorSetVersion))
            .Add(OnnxFields.Model.Metadata, PolicyDescription.Texts(Format, policy).Select(
                entry => new ProtobufMessage()
                    .Add(OnnxFields.Entry.Key, entry.Key)
                    .Add(OnnxFields.Entry.Value, entry.Value)));
    }

    private static ProtobufMessage Graph(PolicyArtifact policy)
    {
        var graph = new OnnxGraph();
        string x = Input;
        if (policy.Normalizer is { } normalizer)
        {
            string mean = graph.Constant(PolicyTensor.Vector("normalizer.mean", normalizer.Mean));
            string scale = graph.Constant(PolicyTensor.Vector("normalizer.scale", normalizer.Scale));
            x = graph.Node("Mul", "normalized", graph.Node("Sub", "centered", x, mean), scale);
        }
        foreach (var module in PolicyModule.Of(policy)) x = Add(graph, module, x);
        x = policy.Squash switch
        {
            ActionSquash.Tanh => graph.Node("Tanh", "squashed", x),
            ActionSquash.Clip => graph.Node(
                "Clip", "squashed", x, graph.Constant("squash.low", -1), graph.Constant("squash.high", 1)),
            _ => throw new MbMixException($"The policy cannot be exported: {policy.Squash} has no equivalent."),
        };
        string half = graph.Constant(Bounds("action.half", policy, d => (d.High - d.Low) / 2));
        string middle = graph.Constant(Bounds("action.middle", policy, d => (d.Low + d.High) / 2));
        x = graph.Node("Add", "scaled", graph.Node("Mul", "stretched", x, half), middle);
        // rounding, of which every runtime has its own, must not leave the bounds
        x = graph.Node("Max", "raised", x, graph.Constant(Bounds("action.low", policy, d => d.Low)));
        graph.Node("Min", Output, x, graph.Constant(Bounds("action.high", policy, d => d.High)));
        return graph.Complete(
            "policy",
            OnnxGraph.Value(Input, policy.Observation.Size, "Raw observations; the metadata has names and units."),
            OnnxGraph.Value(Output, policy.Action.Size, "Actions within their bounds; the metadata has all of them."));
    }

    private static string Add(OnnxGraph graph, PolicyModule module, string x)
    {
        string name = module.Name;
        string[] inputs = [x, .. module.Tensors.Select(graph.Constant)];
        return module.Kind switch
        {
            ModuleKind.Linear => graph.Node("Gemm", name, inputs, OnnxGraph.Attribute("transB", 1)),
            ModuleKind.LayerNorm => graph.Node(
                "LayerNormalization", name, inputs, OnnxGraph.Attribute("epsilon", (float)PolicyExport.NormEpsilon)),
            ModuleKind.ELU => graph.Node("Elu", name, x),
            ModuleKind.Tanh => graph.Node("Tanh", name, x),
            ModuleKind.ReLU => graph.Node("Relu", name, x),
            ModuleKind.SiLU => Silu(graph, name, x),
            _ => throw new MbMixException($"The policy cannot be exported: {module.Kind} has no equivalent."),
        };
    }

    // not x times Sigmoid(x): runtimes stop their logistic function at some distance from zero, and times a large x the
    // rest is no longer small
    private static string Silu(OnnxGraph graph, string name, string x)
    {
        string exponential = graph.Node("Exp", $"{name}.exp", graph.Node("Neg", $"{name}.negative", x));
        string divisor = graph.Node("Add", $"{name}.divisor", exponential, graph.Constant($"{name}.one", 1));
        return graph.Node("Div", name, x, divisor);
    }

    private static PolicyTensor Bounds(string name, PolicyArtifact policy, Func<Dimension, double> of) =>
        PolicyTensor.Vector(name, [.. policy.Action.Dimensions.Select(d => (float)of(d))]);
}
