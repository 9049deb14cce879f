using System.Text.RegularExpressions;

namespace MbMix.Hosting;

/// <summary>Handles ids of the form <c>namespace/name-vN</c>.</summary>
internal static partial class ComponentId
{
    /// <summary>Returns whether a text is a full id.</summary>
    public static bool IsValid(string id) => Form().IsMatch(id);

    /// <summary>Returns the name in an id, without namespace and version.</summary>
    public static string ShortName(string id)
    {
        var match = Form().Match(id);
        return match.Success ? match.Groups["name"].Value : id;
    }

    /// <summary>
    /// Returns whether <paramref name="text"/> may stand for <paramref name="id"/>: it is the whole id, or the id
    /// without its namespace, its version or both.
    /// </summary>
    public static bool Matches(string id, string text)
    {
        const StringComparison ignoreCase = StringComparison.OrdinalIgnoreCase;
        if (id.Equals(text, ignoreCase)) return true;
        int slash = id.IndexOf('/'), version = id.LastIndexOf("-v", StringComparison.Ordinal);
        return id[(slash + 1)..].Equals(text, ignoreCase) || id[..version].Equals(text, ignoreCase)
            || ShortName(id).Equals(text, ignoreCase);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]*/(?<name>[a-z0-9][a-z0-9._-]*?)-v[0-9]+$")]
    private static partial Regex Form();
}
