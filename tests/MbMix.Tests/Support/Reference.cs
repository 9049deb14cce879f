using System.Text.Json;

namespace MbMix.Tests.Support;

/// <summary>Traces of the reference simulator, as nested arrays.</summary>
internal sealed class Reference
{
    private readonly JsonElement root;

    private Reference(JsonElement root) => this.root = root;

    private static readonly Dictionary<string, Reference> Loaded = new[] { "cartpole", "hopper", "ant" }.ToDictionary(name => name, name => Load("diffrl-" + name));

    public static Reference CartPole => Of("cartpole");

    public static Reference Of(string task) => Loaded[task];

    /// <summary>Any other JSON, read in the same way.</summary>
    public static Reference Read(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    private static Reference Load(string name) => Read(Path.Combine(AppContext.BaseDirectory, "Data", name + ".json"));

    /// <summary>The entry at a path of names and indices, flattened.</summary>
    public double[] At(params object[] path)
    {
        var element = root;
        foreach (object step in path) element = step is int index ? element[index] : element.GetProperty((string)step);
        var values = new List<double>();
        Flatten(element, values);
        return [.. values];
    }

    private static void Flatten(JsonElement element, List<double> values)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Flatten(item, values);
        }
        else
        {
            values.Add(element.GetDouble());
        }
    }
}
