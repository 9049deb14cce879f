namespace MujocoSharp.Native;

/// <summary>Reads one native structure through its layout.</summary>
/// <param name="owner">Name of the structure in the layout.</param>
/// <param name="structure">Address of the structure.</param>
/// <param name="layout">Layout of the library.</param>
/// <param name="model">Address of the model; its sizes determine the lengths of arrays.</param>
internal readonly unsafe struct Fields(string owner, nint structure, Layout layout, nint model)
{
    /// <summary>Whether this version has a field.</summary>
    public bool Has(string name) => layout.Has($"{owner}.{name}");

    /// <summary>Address of a field.</summary>
    public nint Address(string name) => structure + layout[$"{owner}.{name}"].Offset;

    /// <summary>An integer field, of either size.</summary>
    public int Int(string name) => checked((int)Integer(structure, layout[$"{owner}.{name}"]));

    /// <summary>An array, whether the structure contains it or points to it.</summary>
    public FieldArray Array(string name)
    {
        var field = layout[$"{owner}.{name}"];
        return Array(field);
    }

    /// <summary>An array, whether the structure contains it or points to it.</summary>
    public FieldArray Array(LayoutField field)
    {
        nint address = structure + field.Offset;
        int length = checked((int)(Size(field.Rows) * Size(field.Columns)));
        return new(field.IsPointer ? *(nint*)address : address, length);
    }

    /// <summary>An array; an empty one where this version has none.</summary>
    public FieldArray ArrayIfAny(string name) => Has(name) ? Array(name) : default;

    private static long Integer(nint structure, LayoutField field) =>
        field.Type == "long" ? *(long*)(structure + field.Offset) : *(int*)(structure + field.Offset);

    private long Size(string expression)
    {
        long product = 1;
        foreach (var range in expression.AsSpan().Split('*'))
        {
            var factor = expression.AsSpan(range);
            if (char.IsAsciiDigit(factor[0]))
                product *= int.Parse(factor, System.Globalization.CultureInfo.InvariantCulture);
            else if (layout.Fields.TryGetValue($"constant.{factor}", out var constant))
                product *= constant.Offset;
            else if (factor.StartsWith("data."))
                product *= Integer(structure, layout[factor.ToString()]);
            else
                product *= Integer(model, layout[$"model.{factor}"]);
        }
        return product;
    }
}
