using System.Globalization;

namespace MbMix.Comparison;

/// <summary>
/// What a run needs of the machine that trains it. A cluster decides by it who gets the run; what is not said is one
/// core and 1 GiB.
/// </summary>
public sealed record RunNeeds
{
    private const int MostCores = 1024, MostGiB = 1 << 20;

    /// <summary>Number of cores, and threads of the run; null if nothing is said.</summary>
    public int? Cores { get; init; }

    /// <summary>Memory [GiB]; null if nothing is said.</summary>
    public double? Memory { get; init; }

    /// <summary>Labels that the machine must have; null if nothing is said.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Memory [MiB].</summary>
    internal int Mebibytes => (int)Math.Ceiling((Memory ?? 1) * 1024);

    /// <summary>Returns these needs, with those of another one where nothing is said.</summary>
    public RunNeeds Or(RunNeeds other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new() { Cores = Cores ?? other.Cores, Memory = Memory ?? other.Memory, Labels = Labels ?? other.Labels };
    }

    /// <summary>Reads needs from words such as <c>cores=2</c>, <c>memory=1.5</c> and <c>label=big</c>.</summary>
    /// <exception cref="ConfigurationException">A word says nothing, or something is said twice.</exception>
    public static RunNeeds Parse(params IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var needs = new RunNeeds();
        foreach (string word in words)
        {
            int end = word.IndexOf('=', StringComparison.Ordinal);
            string key = end < 0 ? word : word[..end], value = end < 0 ? "" : word[(end + 1)..];
            if ((key == "cores" && needs.Cores is not null) || (key == "memory" && needs.Memory is not null))
                throw new ConfigurationException($"--needs says '{key}' twice: say it once.");
            needs = key switch
            {
                "cores" => needs with { Cores = CoresOf(value) },
                "memory" => needs with { Memory = MemoryOf(value) },
                "label" when value.Length > 0 => needs with { Labels = [.. needs.Labels ?? [], value] },
                _ => throw Wrong(word),
            };
        }
        return needs;

        int CoresOf(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cores)
                && cores is >= 1 and <= MostCores ? cores : throw Wrong($"cores={text}");
        double MemoryOf(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double memory)
                && IsMemory(memory) ? memory : throw Wrong($"memory={text}");
    }

    /// <summary>Reads needs from an object such as <c>{ "cores": 2, "memory": 1.5, "labels": ["big"] }</c>.</summary>
    internal static RunNeeds Read(DocumentValue? json)
    {
        if (json is null) return new();
        json.AllowOnly("cores", "memory", "labels");
        var memory = json.Find("memory");
        if (memory is not null && !IsMemory(memory.Number()))
            throw memory.Wrong($"a number of GiB above 0, up to {MostGiB}");
        return new()
        {
            Cores = (int?)json.Find("cores")?.Integer(1, MostCores),
            Memory = memory?.Number(),
            Labels = json.Find("labels")?.Elements().Select(l => l.Word()).ToList(),
        };
    }

    private static bool IsMemory(double memory) => memory is > 0 and <= MostGiB;

    private static ConfigurationException Wrong(string word) => new(
        $"--needs {OneLine.Value(word)}: cores=N (1 to {MostCores}), memory=GIB and label=NAME are expected.");
}
