namespace MujocoSharp.Native;

/// <summary>One field of a structure, or a constant.</summary>
/// <param name="Offset">Offset in bytes; for a constant, its value.</param>
/// <param name="Type">Type in C; a star means that the field points to the values.</param>
/// <param name="Rows">Number of rows: a number, the name of a model size, or a product of such.</param>
/// <param name="Columns">Number of columns, likewise.</param>
internal readonly record struct LayoutField(int Offset, string Type, string Rows, string Columns)
{
    public bool IsPointer => Type.EndsWith('*');
}
