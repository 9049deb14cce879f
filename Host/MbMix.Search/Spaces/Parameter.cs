using System.Globalization;

namespace MbMix.Search;

/// <summary>
/// A parameter of a space. Its values are numbers; that of a choice is the position in the list. Samplers see every
/// parameter as the interval from 0 to 1.
/// </summary>
public sealed record Parameter
{
    /// <summary>Name of the parameter, which is the key of a setting such as <c>algo.horizon</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of values it has.</summary>
    public required ParameterKind Kind { get; init; }

    /// <summary>Lowest value; not used by a choice.</summary>
    public double Low { get; init; }

    /// <summary>Highest value; not used by a choice.</summary>
    public double High { get; init; }

    /// <summary>Whether the logarithms of values are spread evenly, and not the values.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Values of a choice, as JSON.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>When the parameter is part of a setting; null for always.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Returns the value at a place between 0 and 1.</summary>
    public double At(double place)
    {
        place = Math.Clamp(place, 0, 1);
        switch (Kind)
        {
            case ParameterKind.Choice:
                return Math.Min(Math.Floor(place * Choices.Count), Choices.Count - 1);
            case ParameterKind.Integer:
                // every whole number has a cell around it
                return Math.Clamp(Math.Round(Between(Low - 0.5, High + 0.5, place)), Low, High);
            default:
                // the ends exactly, whatever the logarithm makes of them
                return place == 0 ? Low : place == 1 ? High : Math.Clamp(Between(Low, High, place), Low, High);
        }
    }

    /// <summary>Returns the place of a value between 0 and 1; for a choice, the middle of its part.</summary>
    public double PlaceOf(double value)
    {
        if (Kind == ParameterKind.Choice) return (value + 0.5) / Choices.Count;
        double margin = Kind == ParameterKind.Integer ? 0.5 : 0;
        double low = Scale(Low - margin), high = Scale(High + margin);
        return low == high ? 0.5 : Math.Clamp((Scale(value) - low) / (high - low), 0, 1);
    }

    /// <summary>Formats a value as JSON.</summary>
    public string Text(double value) => Kind switch
    {
        ParameterKind.Choice => Choices[(int)value],
        ParameterKind.Integer => ((long)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private double Between(double low, double high, double place)
    {
        double value = Scale(low) + (place * (Scale(high) - Scale(low)));
        return Logarithmic ? Math.Exp(value) : value;
    }

    private double Scale(double value) => Logarithmic ? Math.Log(value) : value;
}
