namespace MbMix.Cluster;

/// <summary>Folders in which a coordinator, a store or a runner deletes and writes as it likes.</summary>
internal static class OwnFolder
{
    // the root of a volume
    private const string Found = "lost+found";

    /// <summary>
    /// Creates a folder if there is none, and makes sure that it is empty or was used in the same way.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mark">Name of a file or folder that is there if it was.</param>
    /// <param name="user">Whose folder it is.</param>
    /// <exception cref="ConfigurationException">It holds something else.</exception>
    /// <exception cref="MbMixException">It cannot be created or read.</exception>
    public static void Require(string folder, string mark, string user)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (Path.Exists(Path.Combine(folder, mark))) return;
            if (Directory.EnumerateFileSystemEntries(folder).All(f => Path.GetFileName(f) == Found)) return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MbMixException(
                $"{OneLine.Path(folder)} cannot be the folder of a {user}: {FileTrouble.ReasonOf(e)}", e);
        }
        throw new ConfigurationException(
            $"{OneLine.Path(folder)} is not empty and holds no {user}: choose another folder with --folder.");
    }
}
