namespace MujocoSharp.Native;

/// <summary>One field of a structure, or a constant.</summary>
/// <param name="Offset">Offset in bytes; for a constant, its value.</param>
/// <param name="Type">
/// Type in C; a star means that the field points to the values, two that it points elsewhere after each step.
/// </param>
/// <param name="Rows">Number of rows: a number, the name of a size, or a product of such.</param>
/// <param name="Columns">Number of columns, likewise.</param>
internal readonly record struct LayoutField(int Offset, string Type, string Rows, string Columns)
{
    public bool IsPointer => Type.EndsWith('*');

    /// <summary>Type of a value.</summary>
    public string ValueType => Type.TrimEnd('*');

    /// <summary>Whether the field has a fixed place in the buffer of its structure.</summary>
    public bool IsInBuffer => IsPointer && !Type.EndsWith("**", StringComparison.Ordinal) && Rows != "0";

    /// <summary>Size of a value [bytes].</summary>
    public int ValueSize => ValueType switch
    {
        "mjtByte" or "mjtBool" or "char" => 1,
        "int" or "float" => 4,
        _ => 8,
    };
}
