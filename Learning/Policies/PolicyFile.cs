using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Learning;

/// <summary>
/// Reads and writes policies as files (docs/policies.md): tensors in the safetensors format, with a description in the
/// header. Reading needs no environment, optimizer or host, and does not trust the contents of the file.
/// </summary>
public static class PolicyFile
{
    private const string Format = "mbmix-policy-2";
    private const int MaximumLayers = 256;

    /// <summary>Loads a policy that is ready to act.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MbMixException">
    /// The file is missing, cannot be read, is damaged or is not a policy; the message says which.
    /// </exception>
    public static LoadedPolicy Load(string path) => new(Read(path));

    /// <summary>Reads a policy as data.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MbMixException">
    /// The file is missing, cannot be read, is damaged or is not a policy; the message says which.
    /// </exception>
    public static PolicyArtifact Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = OneLine.Path(path);
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Read(path, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MbMixException(FileTrouble.Describe(e, path), e);
        }
        catch (MbMixException e) when (Mistaken(path) is { } kind)
        {
            throw new MbMixException(
                $"{name} is {kind}; a policy is expected, as a run keeps it in policy/policy.safetensors.", e);
        }
        string format = file.Metadata.GetValueOrDefault("format") ?? "";
        if (format != Format)
            throw new MbMixException(
                $"{name} has format '{OneLine.Value(format)}'; a policy of format '{Format}' is expected.");
        if (!file.Metadata.TryGetValue("policy", out string? description))
            throw new MbMixException($"{name} lacks the entry 'policy' that describes its tensors.");
        var policy = DocumentReader.Parse(
            Encoding.UTF8.GetBytes(description), $"{name}: the description", DocumentKind.Policy);
        try
        {
            var artifact = Describe(policy, file);
            RequireAllRead(artifact, file);
            PolicyChecks.Require(artifact);
            return artifact;
        }
        catch (MbMixException e) when (!e.Message.Contains(name, StringComparison.Ordinal))
        {
            throw new MbMixException($"{name}: {e.Message}", e);
        }
    }

    /// <summary>Writes a policy. Whatever happens, the file is either complete or absent.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="artifact">The policy to write.</param>
    public static void Write(string path, PolicyArtifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        PolicyChecks.Require(artifact);
        var entries = new Dictionary<string, SafetensorsEntry>();
        for (int i = 0; i < artifact.Layers.Count; i++)
        {
            var layer = artifact.Layers[i];
            entries[$"layers.{i}.weight"] = Entry(layer.Weight, layer.Outputs, layer.Inputs);
            entries[$"layers.{i}.bias"] = Entry(layer.Bias, layer.Outputs);
            if (layer.Gain is null) continue;
            entries[$"layers.{i}.norm.weight"] = Entry(layer.Gain, layer.Outputs);
            entries[$"layers.{i}.norm.bias"] = Entry(layer.Offset!, layer.Outputs);
        }
        if (artifact.Normalizer is { } normalizer)
        {
            entries["normalizer.mean"] = Entry(normalizer.Mean, normalizer.Mean.Length);
            entries["normalizer.scale"] = Entry(normalizer.Scale, normalizer.Scale.Length);
        }
        if (artifact.LogStd is { } logStd) entries["log_std"] = Entry(logStd, logStd.Length);
        SafetensorsFile.Write(
            path,
            new Dictionary<string, string> { ["format"] = Format, ["policy"] = Description(artifact).ToJsonString() },
            entries);
    }

    // what another file is says more than how it differs from a policy
    private static string? Mistaken(string path)
    {
        try
        {
            return FileKinds.Recognize(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return null;
        }
    }

    private static JsonObject Description(PolicyArtifact a) => new()
    {
        ["environment"] = a.Environment,
        ["algorithm"] = a.Algorithm,
        ["envSteps"] = a.EnvironmentSteps,
        ["controlPeriod"] = a.ControlPeriod,
        ["squash"] = a.Squash.ToString().ToLowerInvariant(),
        ["observation"] = new JsonArray([.. a.Observation.Dimensions.Select(d => new JsonObject
        {
            ["name"] = d.Name,
            ["unit"] = d.Unit,
        })]),
        ["action"] = new JsonArray([.. a.Action.Dimensions.Select(d => new JsonObject
        {
            ["name"] = d.Name,
            ["unit"] = d.Unit,
            ["low"] = d.Low,
            ["high"] = d.High,
        })]),
        ["layers"] = new JsonArray([.. a.Layers.Select(l => new JsonObject
        {
            ["inputs"] = l.Inputs,
            ["outputs"] = l.Outputs,
            ["activation"] = l.Activation?.ToString().ToLowerInvariant(),
            ["norm"] = l.Gain is not null,
        })]),
    };

    private static PolicyArtifact Describe(DocumentValue policy, SafetensorsFile file)
    {
        policy.AllowOnly(
            "environment", "algorithm", "envSteps", "controlPeriod", "squash", "observation", "action", "layers");
        var layers = policy.Get("layers", "a list of layers");
        if (!layers.IsArray || layers.Count is 0 or > MaximumLayers)
            throw layers.Wrong($"a list of 1 to {MaximumLayers} layers");
        var mean = Find(file, "normalizer.mean");
        return new PolicyArtifact
        {
            Environment = policy.Get("environment", "the id of an environment").Word(),
            Algorithm = policy.Get("algorithm", "the id of an algorithm").Word(),
            EnvironmentSteps = policy.Get("envSteps", "a number of environment steps").Integer(0),
            ControlPeriod = policy.Get("controlPeriod", "seconds").Number(),
            Squash = Word<ActionSquash>(policy.Get("squash", "tanh or clip")),
            Observation = Space(policy.Get("observation", "a list of components"), bounds: false),
            Action = Space(policy.Get("action", "a list of components"), bounds: true),
            Layers = [.. layers.Elements().Select((layer, i) => Layer(layer, i, file))],
            Normalizer = mean is null
                ? null
                : new PolicyNormalizer(mean, Tensor(file, "normalizer.scale", mean.Length)),
            LogStd = Find(file, "log_std"),
        };
    }

    // a tensor that nothing reads would be a policy other than the one that was written
    private static void RequireAllRead(PolicyArtifact artifact, SafetensorsFile file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < artifact.Layers.Count; i++)
        {
            names.UnionWith([$"layers.{i}.weight", $"layers.{i}.bias"]);
            if (artifact.Layers[i].Gain is not null)
                names.UnionWith([$"layers.{i}.norm.weight", $"layers.{i}.norm.bias"]);
        }
        if (artifact.Normalizer is not null) names.UnionWith(["normalizer.mean", "normalizer.scale"]);
        if (artifact.LogStd is not null) names.Add("log_std");
        if (file.Entries.Keys.FirstOrDefault(name => !names.Contains(name)) is { } stray)
            throw new MbMixException(
                $"The policy cannot act: nothing in its description belongs to the tensor '{OneLine.Value(stray)}'.");
    }

    private static PolicyLayer Layer(DocumentValue layer, int i, SafetensorsFile file)
    {
        layer.AllowOnly("inputs", "outputs", "activation", "norm");
        int inputs = (int)layer.Get("inputs", "a number of inputs").Integer(1, PolicyChecks.MaximumSize);
        int outputs = (int)layer.Get("outputs", "a number of outputs").Integer(1, PolicyChecks.MaximumSize);
        Activation? activation = layer.Find("activation") is { } word ? Word<Activation>(word) : null;
        bool norm = layer.Get("norm", "true or false").Flag();
        return new PolicyLayer(
            inputs, outputs, Tensor(file, $"layers.{i}.weight", outputs, inputs),
            Tensor(file, $"layers.{i}.bias", outputs), activation)
        {
            Gain = norm ? Tensor(file, $"layers.{i}.norm.weight", outputs) : null,
            Offset = norm ? Tensor(file, $"layers.{i}.norm.bias", outputs) : null,
        };
    }

    private static SpaceSpec Space(DocumentValue components, bool bounds) => new([.. components.Elements().Select(c =>
    {
        string name = c.Get("name", "a name").Word(), unit = c.Get("unit", "a unit").Text();
        return bounds
            ? new Dimension(name, unit, c.Get("low", "a number").Number(), c.Get("high", "a number").Number())
            : new Dimension(name, unit);
    })]);

    private static T Word<T>(DocumentValue value) where T : struct, Enum
    {
        string text = value.Text();
        return Array.Find(Enum.GetNames<T>(), n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw value.Wrong($"one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
    }

    private static SafetensorsEntry Entry(float[] values, params long[] shape) =>
        new("F32", sizeof(float), shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static float[]? Find(SafetensorsFile file, string name) =>
        file.Entries.TryGetValue(name, out var entry) ? Values(name, entry) : null;

    private static float[] Tensor(SafetensorsFile file, string name, params long[] shape)
    {
        if (!file.Entries.TryGetValue(name, out var entry))
            throw new MbMixException($"The policy cannot act: it has no tensor '{name}'.");
        if (entry.Shape.AsSpan().SequenceEqual(shape)) return Values(name, entry);
        string actual = OneLine.Value(string.Join(", ", entry.Shape)), expected = string.Join(", ", shape);
        throw new MbMixException($"The policy cannot act: '{name}' has shape [{actual}]; [{expected}] is expected.");
    }

    private static float[] Values(string name, SafetensorsEntry entry) => entry.Type == "F32"
        ? MemoryMarshal.Cast<byte, float>(entry.Data.Span).ToArray()
        : throw new MbMixException($"The policy cannot act: '{name}' has type {entry.Type}; F32 is expected.");
}
