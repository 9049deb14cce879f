using MbMix.Hosting;

namespace MbMix.Cluster;

/// <summary>Which names files may have that come from another machine.</summary>
internal static class FileNames
{
    /// <summary>Throws unless these are files of a run: known names, each once, not too many or too large.</summary>
    /// <exception cref="MbMixException">They are not.</exception>
    public static void RequireRun(IReadOnlyList<FileEntry> files)
    {
        Require(files);
        foreach (var file in files)
        {
            if (!RunFolderContent.IsName(file.Name) || file.Name == "run.lock")
                throw new MbMixException($"'{OneLine.Value(file.Name)}' is not the name of a file that a run makes.");
        }
    }

    /// <summary>Throws unless these are below a folder: plain names, each once, not too many or too large.</summary>
    /// <exception cref="MbMixException">They are not.</exception>
    public static void Require(IReadOnlyList<FileEntry> files)
    {
        if (files.Count > Wire.MostFiles)
            throw new MbMixException(FormattableString.Invariant(
                $"{files.Count} files are too many: {Wire.MostFiles} are the most."));
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if (!file.Name.Split('/').All(ClosedFolder.IsPlainName))
                throw new MbMixException($"'{OneLine.Value(file.Name)}' is not a plain name below a folder.");
            if (!ContentHash.IsValid(file.Hash) || file.Size is < 0 or > Wire.LargestFile)
                throw new MbMixException($"'{OneLine.Value(file.Name)}' has no valid hash or size.");
            if (!seen.Add(file.Name)) throw new MbMixException($"'{OneLine.Value(file.Name)}' is named twice.");
        }
    }
}
