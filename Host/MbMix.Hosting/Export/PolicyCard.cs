using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>
/// Writes the card of an exported policy: what goes in, what comes out, how often, and which files it is for.
/// </summary>
internal static class PolicyCard
{
    private const string Format = "mbmix-card-1";

    /// <summary>Writes the card.</summary>
    /// <param name="path">Path of the card.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="onnx">Path of the model in the ONNX format; null if there is none.</param>
    /// <param name="stateDict">Path of the state dictionary; null if there is none.</param>
    public static void Write(string path, PolicyArtifact policy, string? onnx, string? stateDict)
    {
        var card = PolicyDescription.Document(Format, policy, statistics: true);
        var files = new JsonObject();
        if (onnx is not null)
        {
            var file = Describe(onnx);
            file["input"] = OnnxPolicy.Input;
            file["output"] = OnnxPolicy.Output;
            files["onnx"] = file;
        }
        if (stateDict is not null) files["stateDict"] = Describe(stateDict);
        card["files"] = files;
        RunFolder.WriteJson(path, card);
    }

    private static JsonObject Describe(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return new JsonObject
        {
            ["name"] = Path.GetFileName(path),
            ["bytes"] = stream.Length,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(stream)),
        };
    }
}
