using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
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
                prefix + key, OptionsBinder.Expected(property.PropertyType), Limits(property), shown,
                Documentation.SummaryOf(property)));
        }
    }

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;

    private static string Limits(PropertyInfo property)
    {
        var limits = new List<string>();
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            string low = Bound(range.Minimum), high = Bound(range.Maximum);
            limits.Add((low, high) switch
            {
                ("", "") => "",
                (_, "") => $"at least {low}",
                ("", _) => $"at most {high}",
                _ => $"{low} to {high}",
            });
        }
        if (property.GetCustomAttribute<MinLengthAttribute>() is { } length)
            limits.Add(length.Length == 1 ? "not empty" : $"at least {length.Length} elements");
        return string.Join(", ", limits.Where(l => l.Length > 0));
    }

    private static string Bound(object bound) => bound switch
    {
        double.MaxValue or double.MinValue or int.MaxValue or int.MinValue => "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => bound.ToString() is { } text && text != long.MaxValue.ToString(CultureInfo.InvariantCulture) ? text : "",
    };
}
