using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>Names of components as people spell them: whole ids, or parts of ids, in any case.</summary>
internal static class SpelledNames
{
    /// <summary>Throws if two names stand for the same thing.</summary>
    /// <param name="subject">Who names them, as the beginning of the message, such as <c>--env names</c>.</param>
    /// <param name="names">The names.</param>
    /// <param name="idOf">Returns the id for which a name stands.</param>
    /// <exception cref="ConfigurationException">Two names stand for the same thing.</exception>
    public static void RequireDistinct(string subject, IEnumerable<string> names, Func<string, string> idOf)
    {
        var twice = names.GroupBy(idOf).FirstOrDefault(g => g.Count() > 1);
        if (twice is null) return;
        string[] two = [.. twice.Take(2).Select(OneLine.Value)];
        string spellings = two[0] == two[1] ? "" : $", as {two[0]} and as {two[1]}";
        throw new ConfigurationException($"{subject} {OneLine.Value(twice.Key)} twice{spellings}; name it once.");
    }

    /// <summary>Returns a function from names to ids; a name that is unknown or ambiguous stands for itself.</summary>
    public static Func<string, string> Ids(PluginCatalog? catalog, ComponentKind kind) =>
        name => catalog?.FindAll(kind, name) is [var only] ? only.Id : name;

    /// <summary>Returns whether a name may stand for an id.</summary>
    public static bool MayMean(string name, string id) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (ComponentId.IsValid(id) && ComponentId.Matches(id, name));
}
