using System.Globalization;
using MbMix.Storage;

namespace MbMix.Simulation;

/// <summary>
/// Reads arithmetic expressions such as <c>2 * body(torso).z - abs(position(knee))</c> into <see cref="Formulas"/>.
/// Operators are + - * / ^ (to a whole number) and parentheses. Names inside the parentheses of a quantity are taken as
/// they are, and need quotes only where they contain a comma, a parenthesis or a quote.
/// </summary>
/// <param name="text">The expression.</param>
/// <param name="names">The quantities of the robot.</param>
/// <param name="formulas">Receives the operations.</param>
internal sealed class ExpressionParser(string text, QuantityNames names, Formulas formulas)
{
    private const int MaximumDepth = 100, MaximumPower = 16;

    private static readonly Dictionary<string, (Operator Op, int Arguments)> Functions = new()
    {
        ["sqrt"] = (Operator.Sqrt, 1),
        ["exp"] = (Operator.Exp, 1),
        ["sin"] = (Operator.Sin, 1),
        ["cos"] = (Operator.Cos, 1),
        ["tanh"] = (Operator.Tanh, 1),
        ["atan2"] = (Operator.Atan2, 2),
        ["min"] = (Operator.Min, 2),
        ["max"] = (Operator.Max, 2),
    };

    private int position, depth;

    /// <summary>The names of all functions.</summary>
    public static IReadOnlyList<string> FunctionNames { get; } = [.. Functions.Keys, "abs", "clip", "square"];

    /// <summary>Reads the whole expression.</summary>
    /// <returns>The register of its value.</returns>
    /// <exception cref="FormatException">It is malformed, or names something that does not exist.</exception>
    public int Read()
    {
        int result = Sum();
        SkipSpace();
        if (position < text.Length) throw Unexpected("an operator or the end");
        return result;
    }

    /// <summary>Reads a quantity that stands alone, all components of it where none is named.</summary>
    /// <returns>Each component with its register, name and unit; null where the text is an expression.</returns>
    public static IReadOnlyList<(int Register, string Name, string Unit)>? ReadQuantity(
        string text, QuantityNames names, Formulas formulas)
    {
        var parser = new ExpressionParser(text, names, formulas);
        parser.SkipSpace();
        string name = parser.Identifier();
        if (!QuantityNames.All.Contains(name) || name == "distance" || parser.Peek() != '(') return null;
        var arguments = parser.Names();
        int start = parser.position;
        string whole = $"{name}({string.Join(", ", arguments)})";
        if (name == "control")
        {
            parser.SkipSpace();
            if (parser.position < text.Length) return null;
            return [(formulas.Control(names.Actuator(parser.Single(name, arguments))), whole, "1")];
        }
        var found = names.Find(name, parser.Single(name, arguments));
        parser.SkipSpace();
        if (parser.position < text.Length)
        {
            if (parser.Peek() is not ('.' or '[')) return null;
            var chosen = parser.Component(whole, found);
            parser.SkipSpace();
            if (parser.position < text.Length) return null;
            return [(formulas.Read(chosen.Quantity), whole + text[start..].Trim(), chosen.Unit)];
        }
        return [.. found.Select(f => (formulas.Read(f.Quantity), whole + Suffix(f.Component), f.Unit))];
    }

    /// <summary>How a component is written behind its quantity.</summary>
    public static string Suffix(string component) =>
        component.Length == 0 || component[0] == '[' ? component : "." + component;

    private int Sum()
    {
        if (++depth > MaximumDepth) throw Error($"it is nested more than {MaximumDepth} deep");
        int left = Product();
        while (true)
        {
            SkipSpace();
            if (Take('+')) left = formulas.Apply(Operator.Add, left, Product());
            else if (Take('-')) left = formulas.Apply(Operator.Subtract, left, Product());
            else break;
        }
        depth--;
        return left;
    }

    private int Product()
    {
        int left = Signed();
        while (true)
        {
            SkipSpace();
            if (Take('*')) left = formulas.Apply(Operator.Multiply, left, Signed());
            else if (Take('/')) left = formulas.Apply(Operator.Divide, left, Signed());
            else return left;
        }
    }

    private int Signed()
    {
        bool negative = false;
        for (SkipSpace(); Peek() is '-' or '+'; SkipSpace()) negative ^= text[position++] == '-';
        int value = Power();
        return negative ? formulas.Scale(-1, value) : value;
    }

    private int Power()
    {
        int @base = Atom();
        SkipSpace();
        if (!Take('^')) return @base;
        SkipSpace();
        double exponent = char.IsAsciiDigit(Peek()) ? Number() : -1;
        if (exponent is not (>= 1 and <= MaximumPower) || exponent != Math.Floor(exponent))
            throw Error($"after '^' comes a whole number from 1 to {MaximumPower}");
        int result = @base;
        for (int i = 1; i < (int)exponent; i++) result = formulas.Apply(Operator.Multiply, result, @base);
        return result;
    }

    private int Atom()
    {
        SkipSpace();
        char next = Peek();
        if (char.IsAsciiDigit(next) || next == '.') return formulas.Constant(Number());
        if (Take('('))
        {
            int inner = Sum();
            Expect(')');
            return inner;
        }
        string name = Identifier();
        if (name.Length == 0) throw Unexpected("a number, a quantity or a function");
        if (name == "pi") return formulas.Constant(Math.PI);
        SkipSpace();
        if (QuantityNames.All.Contains(name)) return Quantity(name);
        if (FunctionNames.Contains(name)) return Function(name);
        throw Error(
            $"'{OneLine.Value(name)}' is unknown.{Suggestion.For(name, [.. QuantityNames.All, .. FunctionNames])}");
    }

    private int Function(string name)
    {
        Expect('(');
        var arguments = new List<int>();
        do arguments.Add(Sum());
        while (TakeAfterSpace(','));
        Expect(')');
        int wanted = name switch
        {
            "abs" or "square" => 1,
            "clip" => 3,
            _ => Functions[name].Arguments,
        };
        if (arguments.Count != wanted) throw Error($"{name} takes {wanted} values, not {arguments.Count}");
        return name switch
        {
            "abs" => formulas.Apply(Operator.Max, arguments[0], formulas.Scale(-1, arguments[0])),
            "square" => formulas.Square(arguments[0]),
            "clip" => formulas.Apply(
                Operator.Min, formulas.Apply(Operator.Max, arguments[0], arguments[1]), arguments[2]),
            _ => formulas.Apply(Functions[name].Op, arguments[0], wanted == 2 ? arguments[1] : 0),
        };
    }

    private int Quantity(string name)
    {
        var arguments = Names();
        if (name == "distance")
        {
            if (arguments.Count != 2) throw Error("distance takes two sites or bodies, as in distance(tip, target)");
            var (from, to) = (names.Place(arguments[0]), names.Place(arguments[1]));
            return formulas.Norm(Enumerable.Range(0, 3).Select(i => formulas.Apply(
                Operator.Subtract, formulas.Read(from[i].Quantity), formulas.Read(to[i].Quantity))));
        }
        string argument = Single(name, arguments);
        if (name == "control") return formulas.Control(names.Actuator(argument));
        var found = names.Find(name, argument);
        return formulas.Read(Component($"{name}({argument})", found).Quantity);
    }

    private NamedQuantity Component(string whole, IReadOnlyList<NamedQuantity> found)
    {
        string component = "";
        if (Take('.'))
        {
            component = Identifier();
        }
        else if (Peek() == '[')
        {
            int start = position, end = text.IndexOf(']', position);
            if (end < 0) throw Error("a ']' is missing");
            position = end + 1;
            component = text[start..position].Replace(" ", "", StringComparison.Ordinal);
        }
        if (component.Length == 0 && found.Count == 1) return found[0];
        foreach (var one in found)
        {
            if (one.Component.Length > 0 && one.Component == component) return one;
        }
        if (found.Count == 1) throw Error($"{whole} is one number and has no component '{OneLine.Value(component)}'");
        string all = string.Join(", ", found.Select(f => whole + Suffix(f.Component)));
        throw Error(component.Length == 0
            ? $"{whole} has {found.Count} components; choose one of {all}"
            : $"{whole} has no component '{OneLine.Value(component)}'; choose one of {all}");
    }

    // the names between the parentheses of a quantity
    private List<string> Names()
    {
        Expect('(');
        var found = new List<string>();
        while (true)
        {
            SkipSpace();
            if (Peek() is '\'' or '"')
            {
                int end = text.IndexOf(text[position], position + 1);
                if (end < 0) throw Error("the quote after a name is missing");
                found.Add(text[(position + 1)..end]);
                position = end + 1;
                SkipSpace();
            }
            else
            {
                int length = text.AsSpan(position).IndexOfAny(",()'\"");
                if (length < 0) throw Error("a ')' is missing");
                string name = text.Substring(position, length).TrimEnd();
                position += length;
                if (Peek() is '\'' or '"')
                    throw Error("a name that contains a quote, a comma or a parenthesis goes into quotes of the other kind");
                if (name.Length > 0) found.Add(name);
            }
            if (Take(',')) continue;
            Expect(')');
            return found;
        }
    }

    private string Single(string name, List<string> arguments)
    {
        int wanted = name == "center" ? 0 : 1;
        if (arguments.Count != wanted) throw Error($"{name} takes {wanted} names, not {arguments.Count}");
        return wanted == 0 ? "" : arguments[0];
    }

    private string Identifier()
    {
        int start = position;
        while (position < text.Length && char.IsAsciiLetterOrDigit(text[position])) position++;
        return text[start..position];
    }

    private double Number()
    {
        int start = position;
        while (position < text.Length && (char.IsAsciiDigit(text[position]) || text[position] == '.')) position++;
        if (position < text.Length && text[position] is 'e' or 'E')
        {
            int mark = position++;
            if (Peek() is '+' or '-') position++;
            if (!char.IsAsciiDigit(Peek())) position = mark;
            while (char.IsAsciiDigit(Peek())) position++;
        }
        string number = text[start..position];
        bool parsed = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        return parsed && double.IsFinite(value) ? value : throw Error($"'{OneLine.Value(number)}' is not a number");
    }

    private void SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
    }

    private char Peek() => position < text.Length ? text[position] : '\0';

    private bool Take(char wanted)
    {
        if (Peek() != wanted) return false;
        position++;
        return true;
    }

    private bool TakeAfterSpace(char wanted)
    {
        SkipSpace();
        return Take(wanted);
    }

    private void Expect(char wanted)
    {
        if (!TakeAfterSpace(wanted)) throw Unexpected($"'{wanted}'");
    }

    private FormatException Unexpected(string expected)
    {
        string found = position < text.Length ? $"'{OneLine.Value(text[position..])}'" : "the end";
        return Error($"{expected} is expected, not {found}");
    }

    private FormatException Error(string message) => new($"'{OneLine.Value(text)}': {message}");
}
