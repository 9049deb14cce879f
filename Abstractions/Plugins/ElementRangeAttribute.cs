using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MbMix;

/// <summary>
/// Every element of the option, which is a list of numbers, lies within limits. The list may be empty;
/// <see cref="MinLengthAttribute"/> excludes that.
/// </summary>
/// <param name="minimum">Smallest element.</param>
/// <param name="maximum">Largest element.</param>
[AttributeUsage(AttributeTargets.Property)]
public class ElementRangeAttribute(double minimum, double maximum) : ValidationAttribute
{
    /// <summary>Smallest element.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Largest element.</summary>
    public double Maximum { get; } = maximum;

    /// <summary>Largest number of elements.</summary>
    public int MostElements { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not IEnumerable elements) return ValidationResult.Success;
        int count = 0;
        foreach (object? element in elements)
        {
            if (++count > MostElements) return Wrong($"at most {MostElements} elements are expected");
            // NaN lies within no limits
            if (element is IConvertible number
                && number.ToDouble(CultureInfo.InvariantCulture) is var size && size >= Minimum && size <= Maximum)
                continue;
            return Wrong($"its element {count} is {element}; {Minimum} to {Maximum} is expected");
        }
        return ValidationResult.Success;
    }

    private static ValidationResult Wrong(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));
}
