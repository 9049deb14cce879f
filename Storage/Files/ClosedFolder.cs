using System.Globalization;
using System.Text;

namespace MbMix.Storage;

/// <summary>
/// A folder whose content somebody else may have made. Everything in it is reached by plain names and never through a
/// link, so that neither a name read from a file nor a link inside the folder can lead out of it.
/// </summary>
internal sealed class ClosedFolder
{
    private const int LongestName = 255;

    /// <summary>
    /// Wraps a folder, which need not exist yet. The path to it comes from the user and may contain links.
    /// </summary>
    public ClosedFolder(string path) => FullPath = System.IO.Path.GetFullPath(path);

    /// <summary>Full path of the folder.</summary>
    public string FullPath { get; }

    /// <summary>
    /// Whether a text is a plain file name: not a path, nothing that leads elsewhere, no control characters.
    /// </summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && name is not ("." or "..") && Encoding.UTF8.GetByteCount(name) <= LongestName
        && !name.AsSpan().ContainsAny('/', '\\', ':') && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c));

    /// <summary>
    /// Turns a text into a plain name: <c>/</c> becomes a dot; spaces and characters that names cannot contain become
    /// hyphens.
    /// </summary>
    public static string PlainName(string text)
    {
        static bool Fits(char c) => c is not (' ' or '\\' or ':') && !char.IsControl(c) && !char.IsSurrogate(c);
        string name = string.Concat(text.Select(c => c == '/' ? '.' : Fits(c) ? c : '-'));
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            // a checksum keeps long names with the same beginning distinct
            uint sum = Crc32C.Append(0, Encoding.UTF8.GetBytes(text));
            name = string.Create(CultureInfo.InvariantCulture, $"{name[..60]}-{sum:x8}");
        }
        return IsPlainName(name) ? name : "_" + name;
    }

    /// <summary>Returns the path of a file in the folder, for reading.</summary>
    /// <exception cref="MbMixException">
    /// The name is not plain, or there is something other than a regular file.
    /// </exception>
    public string ToRead(string name)
    {
        string path = Path(name);
        var kind = FileProbe.KindOf(path);
        return kind is FileKind.Regular or FileKind.Absent ? path : throw RegularFile.Wrong(path, kind);
    }

    /// <summary>Returns the path of a file in the folder, for writing, truncating or deleting.</summary>
    /// <exception cref="MbMixException">
    /// The name is not plain, or writing would change something outside the folder.
    /// </exception>
    public string ToWrite(string name)
    {
        string path = Path(name);
        RegularFile.RequireWritable(path);
        return path;
    }

    /// <summary>Returns a subfolder, which need not exist.</summary>
    /// <exception cref="MbMixException">The name is not plain, or there is something other than a folder.</exception>
    public ClosedFolder Folder(string name)
    {
        var folder = new ClosedFolder(Path(name));
        folder.RequireReal();
        return folder;
    }

    /// <summary>Throws if the folder is a link, or exists and is not a folder.</summary>
    /// <exception cref="MbMixException">There is something other than a folder.</exception>
    public void RequireReal()
    {
        if (FileProbe.KindOf(FullPath) is var kind and not (FileKind.Folder or FileKind.Absent))
        {
            throw new MbMixException(
                $"{OneLine.Path(FullPath)} is {RegularFile.Describe(kind)}; a folder is expected.");
        }
    }

    /// <summary>Throws if there is a link on the way from this folder to a path below it.</summary>
    /// <param name="path">A path inside this folder.</param>
    /// <exception cref="MbMixException">The path leads, or could lead, out of the folder.</exception>
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
