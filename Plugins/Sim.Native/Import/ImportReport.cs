namespace MbMix.Sim.Native;

/// <summary>Everything in a model that is not simulated.</summary>
internal sealed class ImportReport
{
    private readonly List<ImportNote> notes = [];

    public IReadOnlyList<ImportNote> Notes => notes;

    /// <summary>Notes something without which the robot would move differently.</summary>
    public void Refuse(MjcfElement element, string? kind = null) => Add(element, kind, true);

    /// <summary>Notes something that is missing from the simulation.</summary>
    public void Warn(MjcfElement element, string? kind = null) => Add(element, kind, false);

    /// <summary>Throws if the model cannot be simulated.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="file">Name of the file.</param>
    public void ThrowIfRefused(string id, string file)
    {
        var refused = notes.Where(n => n.Essential).ToList();
        if (refused.Count == 0) return;
        throw new ConfigurationException(
            $"{id} cannot simulate {file}: {Describe(refused)}. Use MuJoCo for it (--simulator mujoco).");
    }

    /// <summary>Describes what is missing from a simulation in one line; null if nothing is.</summary>
    public string? Missing()
    {
        var missing = notes.Where(n => !n.Essential).ToList();
        return missing.Count == 0 ? null : "not simulated: " + Describe(missing);
    }

    private static string Describe(IEnumerable<ImportNote> notes) =>
        string.Join(", ", notes.GroupBy(note => note.Kind).Select(kind =>
        {
            var first = kind.First();
            string times = kind.Count() == 1 ? "" : $", {kind.Count()} times, first";
            string name = first.Name.Length > 0 ? $" '{MjcfElement.Short(first.Name)}'" : "";
            return $"{kind.Key}{times}{name} (line {first.Line})";
        }));

    private void Add(MjcfElement element, string? kind, bool essential) =>
        notes.Add(new(kind ?? element.Name, element["name"] ?? "", element.File, element.Line, essential));
}
