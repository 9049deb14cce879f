using System.Runtime.InteropServices;
using System.Text;

namespace MujocoSharp.Native;

/// <summary>Strings to and from C.</summary>
internal static unsafe class Text
{
    private const StringSplitOptions TrimmedLines =
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>A C string as one line.</summary>
    public static string OneLine(byte* text) => OneLine(Marshal.PtrToStringUTF8((nint)text) ?? string.Empty);

    /// <summary>Joins several lines into one.</summary>
    public static string OneLine(string text) =>
        string.Join(", ", text.Split(['\n', '\r', '\0'], TrimmedLines));

    /// <summary>A string as zero-terminated UTF-8.</summary>
    public static byte[] ToC(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
