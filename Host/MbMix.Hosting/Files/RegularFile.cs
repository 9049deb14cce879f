namespace MbMix.Hosting;

/// <summary>Opens regular files only, and reads no more of them than a limit allows.</summary>
internal static class RegularFile
{
    /// <summary>Opens a file for reading. A symbolic link is followed: whoever names the file may name one.</summary>
    /// <exception cref="MbMixException">It is a folder, a pipe or a device.</exception>
    public static FileStream OpenRead(string path, FileShare share = FileShare.Read)
    {
        var kind = FileProbe.KindOf(path, follow: true);
        if (kind is not (FileKind.Regular or FileKind.Absent)) throw Wrong(path, kind);
        return new FileStream(path, FileMode.Open, FileAccess.Read, share);
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="MbMixException">It is no regular file, or too large.</exception>
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
    /// Accepts a path for writing in place: nothing lies there yet, or a regular file that has no other name. Writing
    /// through a link would change a file elsewhere.
    /// </summary>
    /// <exception cref="MbMixException">Something else lies there.</exception>
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

    /// <summary>The error for something that is no regular file.</summary>
    public static MbMixException Wrong(string path, FileKind kind) =>
        new($"{OneLine.Path(path)} is {Describe(kind)}; a regular file is expected.");

    /// <summary>The error for a file that is too large.</summary>
    public static MbMixException TooLarge(string path, long length, long maximum) =>
        new($"{OneLine.Path(path)} has {length} bytes; at most {maximum} are read.");

    /// <summary>A kind in words.</summary>
    public static string Describe(FileKind kind) => kind switch
    {
        FileKind.Absent => "missing",
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Link => "a symbolic link",
        _ => "a pipe, a socket or a device",
    };
}
