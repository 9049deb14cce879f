namespace MujocoSharp.Native;

/// <summary>
/// Checks a layout by the memory that MuJoCo has allocated, before anything is read through a pointer that the layout
/// leads to: the structures have the size that the layout says, and the arrays fill their buffers without gap or overlap.
/// </summary>
internal static unsafe class MemoryCheck
{
    private const int Alignment = 64;

    /// <summary>Checks a compiled model.</summary>
    /// <exception cref="MujocoException">The layout does not fit.</exception>
    public static void Model(LoadedLibrary library, nint model) =>
        Structure(library, "mjModel", "model", model, model);

    /// <summary>Checks data.</summary>
    /// <exception cref="MujocoException">The layout does not fit.</exception>
    public static void Data(LoadedLibrary library, nint data, nint model) =>
        Structure(library, "mjData", "data", data, model);

    private static void Structure(LoadedLibrary library, string type, string owner, nint structure, nint model)
    {
        var blocks = GuardedThread.Current.Blocks
            ?? throw new InvalidOperationException("blocks are not recorded.");
        long size = blocks.GetValueOrDefault(structure), expected = library.Layout.Constant($"sizeof.{type}");
        if (size != expected) throw SelfTest.Failure(library, $"{type} of {expected} bytes", $"{size}");
        nint buffer = *(nint*)(structure + library.Layout[$"{owner}.buffer"].Offset);
        if (!blocks.TryGetValue(buffer, out long length))
            throw SelfTest.Failure(library, $"the buffer of {type}", "none");
        var fields = new Fields(owner, structure, library.Layout, model);
        var arrays = new List<(long Start, long End, string Name)>();
        foreach (var (name, field) in library.Layout.Fields)
        {
            if (!field.IsInBuffer || !name.StartsWith(owner + ".", StringComparison.Ordinal)) continue;
            var array = fields.Array(field);

            // an empty array may be nowhere
            if (array.Length == 0) continue;
            long start = array.Address - buffer, end = start + (array.Length * Size(library, field));
            if (start < 0 || array.Length < 0 || end > length)
                throw SelfTest.Failure(library, $"{name} in the buffer of {type}", "an address outside");
            arrays.Add((start, end, name));
        }

        // together they fill the buffer, but for what aligns them
        arrays.Sort();
        long filled = 0;
        foreach (var (start, end, name) in arrays)
        {
            if (start < filled || start - filled >= Alignment)
                throw SelfTest.Failure(library, $"{name} at {filled} in the buffer of {type}", $"{start}");
            filled = end;
        }
        if (length - filled >= Alignment)
            throw SelfTest.Failure(library, $"{type} with a buffer of {filled} bytes", $"{length}");
    }

    private static long Size(LoadedLibrary library, LayoutField field) =>
        field.ValueType == "mjContact" ? library.Layout.Constant("sizeof.mjContact") : field.ValueSize;
}
