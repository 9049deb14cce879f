namespace MbMix.Hosting;

/// <summary>Checks of how a component reads its checkpoint.</summary>
internal static class CheckpointChecks
{
    /// <summary>Saves a component.</summary>
    /// <exception cref="MbMixException">It cannot be saved; the message names it.</exception>
    public static void Save(this Boundary boundary, ICheckpointed component, ICheckpointWriter writer)
    {
        try
        {
            component.Save(writer);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException) && !e.IsAttributed())
        {
            throw boundary.Cannot("save a checkpoint", e);
        }
    }

    /// <summary>Restores a component and requires that it reads everything that it wrote.</summary>
    /// <exception cref="MbMixException">
    /// It cannot read the checkpoint, or leaves a part of it: it would not go on as it was.
    /// </exception>
    public static void Load(this Boundary boundary, ICheckpointed component, ICheckpointReader reader)
    {
        try
        {
            component.Load(reader);
        }
        catch (MbMixException e) when (!e.IsAttributed())
        {
            throw boundary.Cannot("load its checkpoint", e);
        }
        if (reader is not CheckpointReader { Unread: var unread }) return;
        string[] names = [.. unread.Order(StringComparer.Ordinal)];
        if (names.Length == 0) return;
        string more = names.Length == 1 ? "" : $" and {names.Length - 1} more";
        throw boundary.Wrong(
            "Load", $"a return without reading '{OneLine.Value(names[0])}'{more}",
            "to read everything that Save wrote");
    }
}
