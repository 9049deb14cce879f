using System.Text;
using System.Text.Unicode;

namespace MbMix.Storage;

/// <summary>Recognizes files that are taken for others by mistake, by how they begin.</summary>
internal static class FileKinds
{
    private const int Looked = 256;

    private static readonly (byte[] Magic, string Kind)[] Magics =
    [
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive, as PyTorch writes"),
        ([0x80, 2], "a Python pickle"), ([0x80, 4], "a Python pickle"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M'], "a NumPy array"),
        ([(byte)'M', (byte)'Z'], "an assembly or a program"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program or a native library"),
    ];

    /// <summary>Says what a file is, such as <c>a JSON document</c>; null if nobody knows.</summary>
    /// <param name="path">Path of a regular file.</param>
    public static string? Recognize(string path)
    {
        byte[] buffer = new byte[Looked];
        using var stream = RegularFile.OpenRead(path);
        var begin = buffer.AsSpan(0, stream.ReadAtLeast(buffer, Looked, throwOnEndOfStream: false));
        if (begin.IsEmpty) return "empty";
        foreach (var (magic, kind) in Magics)
        {
            if (begin.StartsWith(magic)) return kind;
        }
        if (IsOnnx(begin)) return "an ONNX model";
        if (!IsText(begin)) return null;
        return Encoding.UTF8.GetString(begin).TrimStart() is ['{' or '[', ..] ? "a JSON document" : "a text file";
    }

    // the version of the format comes first, a small number, and then the name of the producer or the opset
    private static bool IsOnnx(ReadOnlySpan<byte> begin) =>
        begin is [0x08, > 0 and < 32, 0x12 or 0x1A or 0x3A or 0x42, ..];

    private static bool IsText(ReadOnlySpan<byte> begin)
    {
        // a character at the end may be cut off
        for (int cut = 0; cut < 4 && cut < begin.Length; cut++)
        {
            if (Utf8.IsValid(begin[..^cut]))
                return !begin.ContainsAnyExceptInRange<byte>(9, 255) && !begin.ContainsAnyInRange<byte>(14, 26);
        }
        return false;
    }
}
