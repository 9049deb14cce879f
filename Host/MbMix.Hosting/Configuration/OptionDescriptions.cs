using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Describes the options of a component.</summary>
public static class OptionDescriptions
{
    /// <summary>Describes all options in the order of their declaration, base classes first.</summary>
    /// <param name="optionsType">The options class.</param>
    public static IReadOnlyList<OptionInfo> Of(Type optionsType)
    {
        ArgumentNullException.ThrowIfNull(optionsType);
        var infos = new List<OptionInfo>();
        Add(infos, optionsType, "", OptionsBinder.ToJson(Activator.CreateInstance(optionsType)!));
        return infos;
    }

    private static void Add(List<OptionInfo> infos, Type type, string prefix, JsonObject defaults)
    {
        var properties = OptionsBinder.Properties(type)
            .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken);
        foreach (var property in properties)
        {
            string key = OptionsBinder.Name(property);
            var value = defaults[key];
            if (value is JsonObject group && OptionsBinder.IsSection(property.PropertyType))
            {
                Add(infos, property.PropertyType, $"{prefix}{key}.", group);
                continue;
            }
            string shown = value switch
            {
                null => "null",
                JsonArray list => list.ToJsonString(),
                _ => value.ToString(),
            };
            infos.Add(new OptionInfo(
                prefix + key, OptionsBinder.Expected(property.PropertyType), OptionLimits.Of(property), shown,
                Documentation.SummaryOf(property)));
        }
    }

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}
