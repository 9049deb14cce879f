using System.Buffers.Binary;

namespace MbMix.Hosting;

/// <summary>
/// Finds native libraries of torch that were copied in part. Loading one ends the process with a signal, of which no
/// exception tells.
/// </summary>
internal static class ElfFile
{
    private const int HeaderSize = 64;

    /// <summary>Lists the libraries in a folder that are shorter than their headers say.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> FindCutOff(string folder)
    {
        foreach (string pattern in new[] { "lib*orch*.so*", "libc10*.so*", "libgomp*.so*" })
        {
            foreach (string file in Directory.EnumerateFiles(folder, pattern))
                if (IsCutOff(file)) yield return file;
        }
    }

    /// <summary>Whether a file is a 64-bit ELF file that ends before its table of sections.</summary>
    /// <param name="path">The file.</param>
    public static bool IsCutOff(string path)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        try
        {
            using var file = File.OpenRead(path);
            if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize) return true;
            // other files are for the loader to refuse, which does so with a message
            if (!header.StartsWith("\u007fELF"u8) || header[4] != 2) return false;
            ulong sections = BinaryPrimitives.ReadUInt64LittleEndian(header[0x28..]);
            ulong size = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(header[0x3a..])
                * BinaryPrimitives.ReadUInt16LittleEndian(header[0x3c..]);
            return sections + size > (ulong)file.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
