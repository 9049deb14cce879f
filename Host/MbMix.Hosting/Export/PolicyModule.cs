using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// A module of a policy's network, as PyTorch divides it: each dense layer, each activation and each layer
/// normalization is a module of its own in a <c>torch.nn.Sequential</c> by the name of <c>network</c>.
/// </summary>
/// <param name="Name">Name of the module, <c>network.I</c>.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Sizes">Arguments of PyTorch's class: inputs and outputs, the size of the rows, or none.</param>
/// <param name="Tensors">Its weights.</param>
internal sealed record PolicyModule(string Name, ModuleKind Kind, int[] Sizes, PolicyTensor[] Tensors)
{
    /// <summary>Divides the network of a policy into modules.</summary>
    /// <exception cref="MbMixException">A layer has an activation that is not known here.</exception>
    public static List<PolicyModule> Of(PolicyArtifact policy)
    {
        List<PolicyModule> modules = [];
        foreach (var layer in policy.Layers)
        {
            var weight = new PolicyTensor(Next("weight"), layer.Weight, [layer.Outputs, layer.Inputs]);
            var bias = PolicyTensor.Vector(Next("bias"), layer.Bias);
            Add(ModuleKind.Linear, [layer.Inputs, layer.Outputs], weight, bias);
            if (layer.Activation is { } activation) Add(KindOf(activation), []);
            if (layer.Gain is null) continue;
            var (gain, offset) = (Next("weight"), Next("bias"));
            Add(
                ModuleKind.LayerNorm, [layer.Outputs], PolicyTensor.Vector(gain, layer.Gain),
                PolicyTensor.Vector(offset, layer.Offset!));
        }
        return modules;

        string Next(string tensor) => $"network.{modules.Count}.{tensor}";

        void Add(ModuleKind kind, int[] sizes, params PolicyTensor[] tensors) =>
            modules.Add(new PolicyModule($"network.{modules.Count}", kind, sizes, tensors));
    }

    /// <summary>Describes the module by PyTorch's class and its arguments.</summary>
    public JsonObject Describe() => new()
    {
        ["name"] = Name,
        ["type"] = Kind.ToString(),
        ["arguments"] = new JsonArray([.. Sizes.Select(s => (JsonNode)s)]),
    };

    private static ModuleKind KindOf(Activation activation) => activation switch
    {
        Activation.Elu => ModuleKind.ELU,
        Activation.Silu => ModuleKind.SiLU,
        Activation.Tanh => ModuleKind.Tanh,
        Activation.Relu => ModuleKind.ReLU,
        _ => throw new MbMixException($"The policy cannot be exported: its activation {activation} has no equivalent."),
    };
}
