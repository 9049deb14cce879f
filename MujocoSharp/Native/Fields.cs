namespace MujocoSharp.Native;

/// <summary>Reads one native structure through its layout.</summary>
/// <param name="owner">Name of the structure in the layout.</param>
/// <param name="structure">Address of the structure.</param>
/// <param name="layout">Layout of the library.</param>
/// <param name="model">Address of the model; its sizes determine the lengths of arrays.</param>
internal readonly unsafe struct Fields(string owner, nint structure, Layout layout, nint model)
{
    /// <summary>Address of a field.</summary>
    public nint Address(string name) => structure + layout[$"{owner}.{name}"].Offset;

    /// <summary>An integer field.</summary>
    public int Int(string name) => *(int*)Address(name);

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

    private long Size(string expression)
    {
        long product = 1;
        foreach (var range in expression.AsSpan().Split('*'))
        {
            var factor = expression.AsSpan(range);
            product *= char.IsAsciiDigit(factor[0])
                ? int.Parse(factor, System.Globalization.CultureInfo.InvariantCulture)
                : *(int*)(model + layout[$"model.{factor}"].Offset);
        }
        return product;
    }
}
