using System.Globalization;
using System.Text;

namespace MbMix.Hosting;

/// <summary>
/// A folder that somebody else may have made. What lies in it is reached by plain names and never through a link, so
/// that no name in a file and no trap in the folder leads out of it.
/// </summary>
internal sealed class ClosedFolder
{
    private const int LongestName = 255;

    /// <summary>Takes a folder, which need not exist yet. The path to it is the user's and may hold links.</summary>
    public ClosedFolder(string path) => FullPath = System.IO.Path.GetFullPath(path);

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>
    /// Whether a text is a name of its own: no path, nothing that leads elsewhere, no control characters.
    /// </summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && name is not ("." or "..") && Encoding.UTF8.GetByteCount(name) <= LongestName
        && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c));

    /// <summary>
    /// A text made into a plain name: <c>/</c> becomes a point, blanks and what no name may hold become hyphens.
    /// </summary>
    public static string PlainName(string text)
    {
        static bool Fits(char c) => c is not (' ' or '\\' or ':') && !char.IsControl(c) && !char.IsSurrogate(c);
        string name = string.Concat(text.Select(c => c == '/' ? '.' : Fits(c) ? c : '-'));
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            // names that begin alike stay apart
            uint sum = Crc32C.Append(0, Encoding.UTF8.GetBytes(text));
            name = string.Create(CultureInfo.InvariantCulture, $"{name[..60]}-{sum:x8}");
        }
        return IsPlainName(name) ? name : "_" + name;
    }

    /// <summary>The path of a file that is read.</summary>
    /// <exception cref="MbMixException">The name is not plain, or no regular file lies there.</exception>
    public string ToRead(string name)
    {
        string path = Path(name);
        var kind = FileProbe.KindOf(path);
        return kind is FileKind.Regular or FileKind.Absent ? path : throw RegularFile.Wrong(path, kind);
    }

    /// <summary>The path of a file that is written, cut or deleted.</summary>
    /// <exception cref="MbMixException">The name is not plain, or writing would change something outside.</exception>
    public string ToWrite(string name)
    {
        string path = Path(name);
        RegularFile.RequireWritable(path);
        return path;
    }

    /// <summary>A folder in this one, which need not exist.</summary>
    /// <exception cref="MbMixException">The name is not plain, or something else lies there.</exception>
    public ClosedFolder Folder(string name)
    {
        var folder = new ClosedFolder(Path(name));
        folder.RequireReal();
        return folder;
    }

    /// <summary>Refuses a folder that is a link or no folder at all.</summary>
    /// <exception cref="MbMixException">It is one.</exception>
    public void RequireReal()
    {
        if (FileProbe.KindOf(FullPath) is var kind and not (FileKind.Folder or FileKind.Absent))
        {
            throw new MbMixException(
                $"{OneLine.Path(FullPath)} is {RegularFile.Describe(kind)}; a folder is expected.");
        }
    }

    /// <summary>Refuses a path below this folder on whose way there is a link.</summary>
    /// <param name="path">A path that begins with this folder.</param>
    /// <exception cref="MbMixException">It leads out of the folder.</exception>
    public void Require(string path)
    {
        string relative = System.IO.Path.GetRelativePath(FullPath, System.IO.Path.GetFullPath(path));
        string at = FullPath;
        foreach (string name in relative.Split(System.IO.Path.DirectorySeparatorChar))
        {
            if (!IsPlainName(name)) throw NotPlain(name);
            at = System.IO.Path.Combine(at, name);
            if (FileProbe.KindOf(at) is var kind and (FileKind.Link or FileKind.Special))
            {
                throw new MbMixException(
                    $"{OneLine.Path(at)} is {RegularFile.Describe(kind)}; nothing is written through it.");
            }
        }
    }

    private string Path(string name) =>
        IsPlainName(name) ? System.IO.Path.Combine(FullPath, name) : throw NotPlain(name);

    private static MbMixException NotPlain(string name) => new($"'{OneLine.Value(name)}' is not a plain file name.");
}
