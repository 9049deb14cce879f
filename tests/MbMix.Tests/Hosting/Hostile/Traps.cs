using System.Runtime.InteropServices;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>What can lie in place of a file.</summary>
internal static partial class Traps
{
    /// <summary>Every trap by name; each puts itself at a path.</summary>
    public static IReadOnlyDictionary<string, Action<string>> All(Canary canary) =>
        new Dictionary<string, Action<string>>
        {
            ["a link to a file outside"] = path => File.CreateSymbolicLink(path, canary["file"]),
            ["a link to a file that is not there yet"] = path => File.CreateSymbolicLink(path, canary["new"]),
            ["a link to a folder outside"] = path => Directory.CreateSymbolicLink(path, canary["folder"]),
            ["a link by a way up"] = path =>
                File.CreateSymbolicLink(
                    path, Path.GetRelativePath(Path.GetDirectoryName(path)!, canary["folder/metrics.csv"])),
            ["a hard link to a file outside"] = path => HardLink(canary["file"], path),
            ["a link to itself"] = path => File.CreateSymbolicLink(path, path),
            ["a pipe"] = Pipe,
            ["a link to /dev/zero"] = path => File.CreateSymbolicLink(path, "/dev/zero"),
            ["a folder"] = path => Directory.CreateDirectory(path),
            ["a folder that holds something"] = path =>
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(path).FullName, "mine.txt"), "mine"),
            ["a huge file"] = path => Huge(path, 60L << 30),
            ["an empty file"] = path => File.WriteAllText(path, ""),
            ["garbage"] = path => File.WriteAllBytes(path, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 37))]),
            ["nothing"] = _ => { },
        };

    /// <summary>A named pipe without anybody at its other end.</summary>
    public static void Pipe(string path)
    {
        Posix.Require();
        Assert.Equal(0, MakePipe(path, Convert.ToUInt32("600", 8)));
    }

    /// <summary>Another name of a file.</summary>
    public static void HardLink(string from, string to)
    {
        Posix.Require();
        Assert.Equal(0, Link(from, to));
    }

    /// <summary>A file of zeros that takes no space.</summary>
    public static void Huge(string path, long length)
    {
        using var file = File.Create(path);
        file.SetLength(length);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
