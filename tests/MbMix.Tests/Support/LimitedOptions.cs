using System.ComponentModel.DataAnnotations;

namespace MbMix.Tests.Unit;

/// <summary>Options with limits of every kind, some of them unsuited.</summary>
public sealed class LimitedOptions : IValidatableObject
{
    [Required]
    public string Word { get; set; } = "x";

    [RegularExpression("[0-9]+")]
    public string Code { get; set; } = "1";

    [StringLength(4, MinimumLength = 2)]
    public string Name { get; set; } = "ab";

    [Even]
    public int Even { get; set; }

    [Range(0, 10, ErrorMessage = "{0} goes to eleven, but not here")]
    public int Limited { get; set; }

    // fails on anything that has no length, as long as it is not at its default
    [CustomValidation(typeof(LimitedOptions), nameof(RefuseThree))]
    public int Unsuited { get; set; }

    [AllowedValues(1, 2)]
    public int Choice { get; set; } = 1;

    [ElementRange(0, 1)]
    public double[] Shares { get; set; } = [];

    [LayerSizes]
    public int[] Sizes { get; set; } = [];

    public int Strict
    {
        get => 0;
        set => ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0);
    }

    public int Stern
    {
        get => 0;
        set => throw new MbMixException("stern says no");
    }

    [Range(0, int.MaxValue)]
    public int Least { get; set; }

    public bool Trouble { get; set; }

    public static ValidationResult? RefuseThree(int value, ValidationContext context) =>
        value == 3 ? throw new InvalidOperationException("Sequence contains no elements") : ValidationResult.Success;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Trouble) throw new InvalidOperationException("Object reference not set to an instance of an object.");
        if (Least == 7) yield return new ValidationResult("must not be seven", [nameof(Least)]);
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class EvenAttribute() : ValidationAttribute("give an even number")
    {
        public override bool IsValid(object? value) => value is int number && number % 2 == 0;
    }
}
