using System.Text.Json.Nodes;

namespace MbMix.Search;

/// <summary>A space of settings. A parameter with a condition comes after the choice that it depends on.</summary>
public sealed class Space
{
    private readonly int[] parents;
    private readonly HashSet<int>[] allowed;

    /// <summary>Creates a space.</summary>
    /// <param name="parameters">The parameters, in any order.</param>
    /// <exception cref="ConfigurationException">
    /// There are none, two have the same name, an interval is empty, or a condition cannot be met.
    /// </exception>
    public Space(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        SpaceChecks.Require(parameters);
        Parameters = SpaceChecks.Sort(parameters);
        parents = [.. Parameters.Select(p => p.Condition is { } c ? IndexOf(c.Parameter) : -1)];
        allowed =
        [
            .. Parameters.Select((p, i) => p.Condition is { } condition
                ? condition.Values.Select(v => IndexOf(Parameters[parents[i]].Choices, v)).ToHashSet()
                : []),
        ];
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Returns the position of a parameter; -1 if there is none of this name.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i].Name == name) return i;
        }
        return -1;
    }

    /// <summary>Whether a parameter is part of a setting whose earlier values are known.</summary>
    public bool IsPart(int parameter, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int parent = parents[parameter];
        return parent < 0 || (!double.IsNaN(values[parent]) && allowed[parameter].Contains((int)values[parent]));
    }

    /// <summary>Returns the setting at a point of the unit cube.</summary>
    /// <param name="places">A number between 0 and 1 for every parameter.</param>
    public Setting At(IReadOnlyList<double> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        double[] values = new double[Parameters.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = IsPart(i, values) ? Parameters[i].At(places[i]) : double.NaN;
        return new Setting(values);
    }

    /// <summary>Writes a setting as a JSON object, without the parameters that are not part of it.</summary>
    public JsonObject ToJson(Setting setting)
    {
        var json = new JsonObject();
        foreach (var (name, text) in Texts(setting)) json[name] = JsonNode.Parse(text);
        return json;
    }

    /// <summary>Lists names and values, as JSON, of the parameters that are part of a setting.</summary>
    public IEnumerable<(string Name, string Text)> Texts(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return Parameters.Select((p, i) => (Parameter: p, Value: setting.Values[i]))
            .Where(p => !double.IsNaN(p.Value)).Select(p => (p.Parameter.Name, p.Parameter.Text(p.Value)));
    }

    /// <summary>Reads a setting from a JSON object that has every parameter that is part of it, and no other.</summary>
    internal Setting Read(DocumentValue json)
    {
        json.AllowOnly([.. Parameters.Select(p => p.Name)]);
        double[] values = new double[Parameters.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var parameter = Parameters[i];
            bool part = IsPart(i, values);
            if (!part && json.Find(parameter.Name) is not null)
            {
                var condition = parameter.Condition!;
                throw json.Error(
                    $"'{OneLine.Value(parameter.Name)}' is given, but it belongs only to settings with "
                    + $"{OneLine.Value(condition.Parameter)} = {string.Join(" or ", condition.Values)}.");
            }
            values[i] = part ? SpaceChecks.Value(parameter, json.Get(parameter.Name, "a value")) : double.NaN;
        }
        return new Setting(values);
    }

    internal static int IndexOf(IReadOnlyList<string> texts, string text)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i] == text) return i;
        }
        return -1;
    }
}
