using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MbMix.Hosting;

/// <summary>Reads summaries from the XML documentation file that the compiler writes next to an assembly.</summary>
internal static partial class Documentation
{
    private const long MaximumBytes = 16 << 20;

    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Files = new();

    /// <summary>Returns the summary of a property as plain text, or an empty text if there is none.</summary>
    public static string SummaryOf(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        string key = $"P:{type.FullName?.Replace('+', '.')}.{property.Name}";
        return Files.GetOrAdd(type.Assembly, Read).GetValueOrDefault(key, "");
    }

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        string path = Path.ChangeExtension(assembly.Location, ".xml");
        if (assembly.Location.Length == 0 || FileProbe.KindOf(path, follow: true) != FileKind.Regular)
            return new Dictionary<string, string>();
        try
        {
            using var stream = new MemoryStream(RegularFile.ReadAllBytes(path, MaximumBytes));
            var members = XDocument.Load(stream).Root?.Element("members")?.Elements("member") ?? [];
            return members
                .Select(m => (
                    Name: m.Attribute("name")?.Value ?? "",
                    Text: m.Element("summary") is { } summary ? Plain(summary) : ""))
                .Where(m => m.Name.Length > 0 && m.Text.Length > 0)
                .GroupBy(m => m.Name)
                .ToDictionary(g => g.Key, g => g.First().Text);
        }
        catch (Exception e) when (e is XmlException or MbMixException or IOException or UnauthorizedAccessException)
        {
            // options are still worth listing without their meaning
            return new Dictionary<string, string>();
        }
    }

    private static string Plain(XElement summary)
    {
        string text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XText plain => plain.Value,
            XElement { IsEmpty: true } reference => Reference(reference),
            XElement nested => nested.Value,
            _ => "",
        }));
        return Blanks().Replace(text, " ").Trim();
    }

    // a reference to a property becomes the key of the option, any other reference the plain name
    private static string Reference(XElement element)
    {
        var attribute = element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword");
        string target = attribute?.Value ?? "";
        string name = target[(target.LastIndexOf('.') + 1)..];
        return target.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
