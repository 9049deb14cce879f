namespace MujocoSharp.Native;

/// <summary>Address and length of a native array.</summary>
internal readonly record struct FieldArray(nint Address, int Length);
