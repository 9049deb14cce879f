namespace MbMix.Storage;

/// <summary>Opens files only if they are regular, and reads them up to a size limit.</summary>
internal static class RegularFile
{
    /// <summary>
    /// Opens a file for reading. Symbolic links are followed, because the path comes from the user. Others may delete
    /// the file meanwhile, on Windows too: a training drops an old checkpoint even if somebody is evaluating it.
    /// </summary>
    /// <exception cref="MbMixException">The path refers to a folder, a pipe, a socket or a device.</exception>
    public static FileStream OpenRead(string path, FileShare share = FileShare.Read | FileShare.Delete)
    {
        var kind = FileProbe.KindOf(path, follow: true);
        if (kind is not (FileKind.Regular or FileKind.Absent)) throw Wrong(path, kind);
        return new FileStream(path, FileMode.Open, FileAccess.Read, share);
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="MbMixException">The file is not regular, or is too large.</exception>
    public static byte[] ReadAllBytes(string path, long maximum)
    {
        using var stream = OpenRead(path);
        long length = stream.Length;
        if (length > maximum) throw TooLarge(path, length, maximum);
        byte[] content = new byte[length];
        int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return read == content.Length ? content : content[..read];
    }

    /// <summary>
    /// Throws unless a path can be written in place: there must be nothing yet, or a regular file with no other name.
    /// Writing through a link would change a file elsewhere.
    /// </summary>
    /// <exception cref="MbMixException">There is something else at the path.</exception>
    public static void RequireWritable(string path)
    {
        var kind = FileProbe.KindOf(path);
        if (kind == FileKind.Absent) return;
        if (kind != FileKind.Regular) throw Wrong(path, kind);
        if (FileProbe.NamesOf(path) > 1)
        {
            throw new MbMixException(
                $"{OneLine.Path(path)} is a hard link: writing would change its other name, too. Make it a copy.");
        }
    }

    /// <summary>Creates the exception for a path that does not refer to a regular file.</summary>
    public static MbMixException Wrong(string path, FileKind kind) =>
        new($"{OneLine.Path(path)} is {Describe(kind)}; a regular file is expected.");

    /// <summary>Creates the exception for a file that is too large.</summary>
    public static MbMixException TooLarge(string path, long length, long maximum) =>
        new($"{OneLine.Path(path)} has {length} bytes; at most {maximum} are read.");

    /// <summary>Describes a kind of file in words.</summary>
    public static string Describe(FileKind kind) => kind switch
    {
        FileKind.Absent => "missing",
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Link => "a symbolic link",
        _ => "a pipe, a socket or a device",
    };
}
