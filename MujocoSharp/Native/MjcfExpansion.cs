namespace MujocoSharp.Native;

/// <summary>
/// Counts the elements of a model as MuJoCo will see them: repeated by <c>replicate</c> and copied by <c>attach</c>,
/// which can turn a few lines into any number of bodies.
/// </summary>
internal sealed class MjcfExpansion
{
    private readonly List<(int Depth, string Name, double Factor, double Before)> open = [];
    private readonly Dictionary<string, double> bodies = [], models = [];

    /// <summary>Number of elements so far.</summary>
    public double Count { get; private set; }

    /// <summary>Counts an element.</summary>
    /// <param name="element">Its name.</param>
    /// <param name="name">Its attribute <c>name</c>.</param>
    /// <param name="depth">Its depth, included files counted.</param>
    /// <param name="reader">Its other attributes.</param>
    public void Add(string element, string? name, int depth, ref MjcfReader reader)
    {
        while (open.Count > 0 && open[^1].Depth >= depth) Close();
        double factor = open.Count > 0 ? open[^1].Factor : 1;
        open.Add((depth, name ?? string.Empty, element == "replicate" ? factor * Repetitions(ref reader) : factor, Count));
        Count += open[^1].Factor;
        if (element == "attach") Count += factor * Attached(ref reader);
    }

    /// <summary>Notes the size of a model that may be attached.</summary>
    public void AddModel(string name, double elements) => models[name] = elements;

    private static double Repetitions(ref MjcfReader reader) => Math.Max(1, MjcfNumbers.Size(reader["count"]));

    private void Close()
    {
        var (_, name, _, before) = open[^1];
        open.RemoveAt(open.Count - 1);
        if (name.Length > 0) bodies[name] = Math.Max(Count - before, bodies.GetValueOrDefault(name));
    }

    // what is not known yet is taken for the largest that it can be
    private double Attached(ref MjcfReader reader)
    {
        if (reader["model"] is { } model)
            return models.TryGetValue(model, out double known) ? known : models.Values.DefaultIfEmpty(0).Max();
        string name = reader["body"] ?? reader["frame"] ?? string.Empty;
        return bodies.TryGetValue(name, out double body) ? body : Count;
    }
}
