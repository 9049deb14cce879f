using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace MbMix.Hosting;

/// <summary>The limits of an option, as its attributes give them, in words.</summary>
internal static class OptionLimits
{
    /// <summary>Describes the limits, such as <c>1 to 64, not empty</c>; empty if there are none.</summary>
    public static string Of(PropertyInfo property) => string.Join(", ", Limits(property, "", "at least", "at most"));

    /// <summary>Describes the values that an option can have, such as <c>a whole number from 1 to 64</c>.</summary>
    public static string Expected(PropertyInfo property)
    {
        string type = OptionsBinder.Expected(property.PropertyType);
        string[] limits = [.. Limits(property, "from ", "of at least", "of at most")];
        if (limits.Length == 0) return type;
        bool number = !OptionsBinder.IsList(property.PropertyType) && property.PropertyType != typeof(string);
        return number ? $"{type} {string.Join(", ", limits)}" : $"{type}, {string.Join(", ", limits)},";
    }

    /// <summary>Returns what is wrong with a value, as a sentence; null if nothing is.</summary>
    /// <param name="options">The options object.</param>
    /// <param name="property">The option.</param>
    /// <param name="value">Value of the option.</param>
    /// <param name="name">Name of the option, for messages that an attribute has of its own.</param>
    public static string? Violation(object options, PropertyInfo property, object? value, string name)
    {
        var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = name };
        foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>(inherit: true))
        {
            ValidationResult? result;
            try
            {
                result = attribute.GetValidationResult(value, context);
            }
            catch (Exception e) when (e is not MbMixException)
            {
                // an attribute that does not suit its property
                return $"{Expected(property)} is expected.";
            }
            if (result != ValidationResult.Success) return Sentence(attribute, result!, property, name);
        }
        return null;
    }

    private static string Sentence(
        ValidationAttribute attribute, ValidationResult result, PropertyInfo property, string name)
    {
        string? message = result.ErrorMessage;
        // the framework's texts, which begin in one of these ways, do not say enough; an attribute may have its own
        bool framework = message is null || (attribute.ErrorMessageResourceName is null
            && (message.StartsWith($"The field {name} ", StringComparison.Ordinal)
                || message.StartsWith($"The {name} field ", StringComparison.Ordinal)));
        return framework ? $"{Expected(property)} is expected." : message!.TrimEnd('.') + ".";
    }

    private static IEnumerable<string> Limits(PropertyInfo property, string from, string least, string most)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            string low = Bound(range.Minimum), high = Bound(range.Maximum);
            if (low.Length > 0 && high.Length > 0) yield return $"{from}{low} to {high}";
            else if (low.Length > 0) yield return $"{least} {low}";
            else if (high.Length > 0) yield return $"{most} {high}";
        }
        bool list = OptionsBinder.IsList(property.PropertyType);
        string parts = list ? "elements" : "characters";
        int shortest = Math.Max(
            property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0,
            property.GetCustomAttribute<StringLengthAttribute>()?.MinimumLength ?? 0);
        bool required = property.GetCustomAttribute<RequiredAttribute>() is { AllowEmptyStrings: false };
        if (shortest == 1 || (shortest == 0 && !list && required && property.PropertyType == typeof(string)))
            yield return "not empty";
        else if (shortest > 1) yield return $"at least {shortest} {parts}";
        int? longest = property.GetCustomAttribute<MaxLengthAttribute>()?.Length
            ?? property.GetCustomAttribute<StringLengthAttribute>()?.MaximumLength;
        if (longest is > 0) yield return $"at most {longest} {parts}";
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } form)
            yield return $"of the form {OneLine.Value(form.Pattern)}";
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            yield return $"among {OneLine.Value(string.Join(", ", allowed.Values.Select(v => Bound(v ?? "null"))))}";
        if (property.GetCustomAttribute<ElementRangeAttribute>() is { } elements)
            yield return $"each {from}{Bound(elements.Minimum)} to {Bound(elements.Maximum)}";
    }

    // empty for the ends of a type's range, which are no limits
    private static string Bound(object bound) => bound switch
    {
        double.MaxValue or double.MinValue or int.MaxValue or int.MinValue or (double)long.MaxValue => "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => bound.ToString() is { } text && text != long.MaxValue.ToString(CultureInfo.InvariantCulture) ? text : "",
    };
}
