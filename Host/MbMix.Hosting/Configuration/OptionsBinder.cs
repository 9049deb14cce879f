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
        object options = Create(type, section);
        int before = errors.Count;
        Fill(options, json, section, errors);
        // options that relate to each other are checked only if each of them is fine on its own
        Validate(options, section, errors, () => errors.Count == before);
        return options;
    }

    /// <summary>Returns all values of an options object, including those left at their defaults.</summary>
    public static JsonObject ToJson(object options) =>
        JsonSerializer.SerializeToNode(options, options.GetType(), Json)!.AsObject();

    private static object Create(Type type, string section)
    {
        try
        {
            return Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException e)
        {
            throw new MbMixException($"{section}: the plugin's {type.Name} cannot be created: {OneLine.Of(e)}", e);
        }
    }

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
            string reason = e is TargetInvocationException { InnerException: MbMixException or ValidationException }
                ? OneLine.Of(e).TrimEnd('.')
                : $"{OptionLimits.Expected(property)} is expected";
            errors.Add($"{name} = {Show(value)}: {reason}.{Near(value, property.PropertyType)}");
        }
    }

    // a misspelt name of an enumeration
    private static string Near(JsonNode? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum && value is JsonValue plain && plain.GetValueKind() == JsonValueKind.String
            && Suggestion.Nearest(plain.GetValue<string>(), Enum.GetNames(type)) is { } near
            ? $" Did you mean '{near}'?" : "";
    }

    // deserialization does not enforce nullability, but a plugin relies on it
    private static bool IsMissing(object? value, PropertyInfo property) => value switch
    {
        null => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull,
        string => false,
        IEnumerable list => list.Cast<object?>().Contains(null),
        _ => false,
    };

    // accepts other spellings whose meaning is clear: 1e6 for a whole number, 3 for a text, 64,64 or 64 for a list
    private static JsonNode? Adapt(JsonNode? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsList(type) && ElementType(type) is { } element)
        {
            var list = value switch
            {
                JsonArray given => given,
                JsonValue one when element != typeof(string) && one.GetValueKind() == JsonValueKind.String =>
                    JsonNode.Parse($"[{one.GetValue<string>()}]") as JsonArray,
                JsonValue one => [one.DeepClone()],
                _ => null,
            };
            return list is null ? value : new JsonArray([.. list.Select(e => Adapt(e, element)?.DeepClone())]);
        }
        if (value is not JsonValue plain) return value;
        var kind = plain.GetValueKind();
        if (type == typeof(string) && kind is not JsonValueKind.String) return JsonValue.Create(plain.ToJsonString());
        if (kind == JsonValueKind.Number && IsInteger(type)
            && plain.ToJsonString().AsSpan().IndexOfAny('e', 'E', '.') >= 0)
        {
            double number = double.Parse(plain.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
            return number == Math.Floor(number) && Math.Abs(number) < 9e15 ? JsonValue.Create((long)number) : value;
        }
        return value;
    }

    private static void Validate(object options, string path, List<string> errors, Func<bool> fine)
    {
        foreach (var property in Properties(options.GetType()))
        {
            string name = $"{path}.{Name(property)}";
            object? value;
            try
            {
                value = property.GetValue(options);
            }
            catch (TargetInvocationException)
            {
                errors.Add($"{name}: the plugin cannot say its value; {OptionLimits.Expected(property)} is expected.");
                continue;
            }
            if (OptionLimits.Violation(options, property, value, name) is { } violation)
                errors.Add($"{name} = {Show(value, property.PropertyType)}: {violation}");
            if (value is not null && IsSection(property.PropertyType)) Validate(value, name, errors, fine);
        }
        if (options is not IValidatableObject whole || !fine()) return;
        try
        {
            errors.AddRange(whole.Validate(new ValidationContext(options))
                .Where(r => r != ValidationResult.Success).Select(r => $"{Subject(path, r)}: {Sentence(r)}"));
        }
        catch (Exception e) when (e is not MbMixException)
        {
            // a plugin's own check can fail on values it does not expect
            errors.Add(
                $"{path}: the plugin's own check fails on these values; "
                + "`mbmix describe` shows what each option expects.");
        }
    }

    private static string Subject(string path, ValidationResult result) =>
        result.MemberNames.FirstOrDefault() is { Length: > 0 } member
            ? $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(member)}" : path;

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

    /// <summary>Returns whether a type is a list of values.</summary>
    public static bool IsList(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) && !type.IsAssignableTo(typeof(IDictionary));

    private static Type? ElementType(Type type) => type.IsArray
        ? type.GetElementType()
        : type.GetInterfaces().Prepend(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            ?.GetGenericArguments()[0];

    private static bool IsInteger(Type type) =>
        Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 && !type.IsEnum;

    private static string Sentence(ValidationResult result) =>
        (result.ErrorMessage ?? "these values do not work together").TrimEnd('.') + ".";

    private static string Show(JsonNode? value) => OneLine.Value(value?.ToJsonString(Compact) ?? "null");

    // as it would be written in a setting
    private static string Show(object? value, Type type)
    {
        if (value is IFormattable and not Enum)
            return OneLine.Value(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
        try
        {
            return Show(JsonSerializer.SerializeToNode(value, type, Json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException
            or ArgumentException)
        {
            return OneLine.Value(value?.ToString() ?? "null");
        }
    }

    /// <summary>Describes the values of a type in words, for error messages.</summary>
    public static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(bool)) return "true or false";
        if (IsInteger(type)) return "a whole number";
        if (Type.GetTypeCode(type) is TypeCode.Single or TypeCode.Double or TypeCode.Decimal) return "a number";
        if (type == typeof(string)) return "a text";
        if (!IsList(type)) return "an object";
        return ElementType(type) is { } element && IsInteger(element)
            ? "a list of whole numbers such as [64, 64]"
            : "a list";
    }
}
