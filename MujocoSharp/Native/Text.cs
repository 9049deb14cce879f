using System.Runtime.InteropServices;
using System.Text;

namespace MujocoSharp.Native;

/// <summary>Strings to and from C.</summary>
internal static unsafe class Text
{
    /// <summary>A C string as one line.</summary>
    public static string OneLine(byte* text) => OneLine(Marshal.PtrToStringUTF8((nint)text) ?? string.Empty);

    /// <summary>Several lines as one.</summary>
    public static string OneLine(string text) =>
        string.Join(", ", text.Split(['\n', '\r', '\0'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A string with the zero at its end that C wants.</summary>
    public static byte[] ToC(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
