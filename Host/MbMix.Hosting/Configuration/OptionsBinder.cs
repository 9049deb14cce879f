using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MbMix.Hosting;

/// <summary>
/// Converts JSON to options objects and back. Unknown keys, values of the wrong type and values out of range are all
/// reported together.
/// </summary>
internal static class OptionsBinder
{
    /// <summary>The JSON format of options: camel case, enumerations by name; NaN and infinities as text.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        WriteIndented = true,
        // people read these files and no web page embeds them, so nothing needs escaping for HTML
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    private const int MaximumErrors = 20;

    // values in error messages: as in the files, but on one line
    private static readonly JsonSerializerOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Creates an options object and adds everything that is wrong to <paramref name="errors"/>.</summary>
    /// <param name="type">Options class; it has a parameterless constructor.</param>
    /// <param name="json">Values of some properties; the others keep their defaults.</param>
    /// <param name="section">Name of the section, for messages.</param>
    /// <param name="errors">Receives one message per error.</param>
    public static object Bind(Type type, JsonObject json, string section, List<string> errors)
    {
        object options = Activator.CreateInstance(type)!;
        Fill(options, json, section, errors);
        Validate(options, section, errors);
        return options;
    }

    /// <summary>Returns all values of an options object, including those left at their defaults.</summary>
    public static JsonObject ToJson(object options) =>
        JsonSerializer.SerializeToNode(options, options.GetType(), Json)!.AsObject();

    private static void Fill(object options, JsonObject json, string path, List<string> errors)
    {
        var properties = Properties(options.GetType());
        var seen = new HashSet<PropertyInfo>();
        foreach (var (key, value) in json)
        {
            if (errors.Count >= MaximumErrors) return;
            string name = $"{path}.{OneLine.Value(key)}";
            var property = properties.Find(p => p.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
            if (property is not null && !seen.Add(property))
                errors.Add($"{path}.{Name(property)} is given twice, in different case.");
            if (property is null)
            {
                errors.Add($"{name} is unknown.{Suggestion.For(key, properties.Select(Name))}");
            }
            else if (value is JsonObject inner && IsSection(property.PropertyType))
            {
                object part = property.GetValue(options) ?? Activator.CreateInstance(property.PropertyType)!;
                Fill(part, inner, $"{path}.{Name(property)}", errors);
                property.SetValue(options, part);
            }
            else
            {
                Set(options, property, value, $"{path}.{Name(property)}", errors);
            }
        }
    }

    private static void Set(object options, PropertyInfo property, JsonNode? value, string name, List<string> errors)
    {
        try
        {
            object? made = Adapt(value, property.PropertyType).Deserialize(property.PropertyType, Json);
            if (IsMissing(made, property)) throw new JsonException();
            // the serializer combines a list of names, as if every enumeration were one of flags
            if (made is Enum && value!.ToString().Contains(',')) throw new JsonException();
            property.SetValue(options, made);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException
            or ArgumentException or TargetInvocationException or FormatException or OverflowException)
        {
            string reason = e is TargetInvocationException
                ? OneLine.Of(e)
                : $"{Expected(property.PropertyType)} is expected";
            errors.Add($"{name} = {OneLine.Value(value?.ToJsonString(Compact) ?? "null")}: {reason}.");
        }
    }

    // deserialization does not enforce nullability, but a plugin relies on it
    private static bool IsMissing(object? value, PropertyInfo property) => value switch
    {
        null => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull,
        string => false,
        IEnumerable list => list.Cast<object?>().Contains(null),
        _ => false,
    };

    // accepts other spellings whose meaning is clear: 1e6 for a whole number, 3 for a text, 64,64 for a list
    private static JsonNode? Adapt(JsonNode? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value is not JsonValue plain) return value;
        var kind = plain.GetValueKind();
        if (type == typeof(string) && kind is not JsonValueKind.String) return JsonValue.Create(plain.ToJsonString());
        if (kind == JsonValueKind.Number && IsInteger(type)
            && plain.ToJsonString().AsSpan().IndexOfAny('e', 'E', '.') >= 0)
        {
            double number = double.Parse(plain.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
            return number == Math.Floor(number) && Math.Abs(number) < 9e15 ? JsonValue.Create((long)number) : value;
        }
        if (kind == JsonValueKind.String && type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
        {
            return JsonNode.Parse($"[{plain.GetValue<string>()}]");
        }
        return value;
    }

    private static void Validate(object options, string path, List<string> errors)
    {
        foreach (var property in Properties(options.GetType()))
        {
            string name = $"{path}.{Name(property)}";
            object? value = property.GetValue(options);
            var results = new List<ValidationResult>();
            var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = name };
            Validator.TryValidateProperty(value, context, results);
            errors.AddRange(results.Select(r => $"{name} = {OneLine.Value(Show(value))}: {Sentence(r)}"));
            if (value is not null && IsSection(property.PropertyType)) Validate(value, name, errors);
        }
        if (options is not IValidatableObject whole) return;
        try
        {
            errors.AddRange(whole.Validate(new ValidationContext(options))
                .Where(r => r != ValidationResult.Success).Select(r => $"{path}: {Sentence(r)}"));
        }
        catch (Exception e) when (e is not MbMixException)
        {
            // a plugin's own check can fail on values it does not expect
            errors.Add($"{path}: its values cannot be checked: {OneLine.Of(e)}");
        }
    }

    /// <summary>Returns the properties that are options: those with a public setter.</summary>
    public static List<PropertyInfo> Properties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p is { CanRead: true, CanWrite: true } && p.SetMethod!.IsPublic
                && p.GetIndexParameters().Length == 0)];

    /// <summary>Returns the key of an option.</summary>
    public static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>Returns whether a type is a class of options nested in other options.</summary>
    public static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(IEnumerable))
        && type.GetConstructor(Type.EmptyTypes) is not null;

    private static bool IsInteger(Type type) =>
        Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 && !type.IsEnum;

    private static string Sentence(ValidationResult result) =>
        (result.ErrorMessage ?? "is not valid").TrimEnd('.') + ".";

    private static string Show(object? value) => value switch
    {
        null => "nothing",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Describes the values of a type in words, for error messages.</summary>
    public static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(bool)) return "true or false";
        if (IsInteger(type)) return "a whole number";
        if (Type.GetTypeCode(type) is TypeCode.Single or TypeCode.Double or TypeCode.Decimal) return "a number";
        if (type == typeof(string)) return "a text";
        return type.IsAssignableTo(typeof(IEnumerable)) ? "a list such as [64, 64]" : "an object";
    }
}
