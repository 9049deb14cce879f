namespace MujocoSharp.Native;

/// <summary>Reads files that a model names, which may be of any size or kind.</summary>
internal static class BoundedFile
{
    /// <summary>
    /// Reads a file of at most <paramref name="limit"/> bytes. Devices and pipes, which have no length, count as empty,
    /// because reading one might never end.
    /// </summary>
    /// <exception cref="FormatException">The file is larger; the message names the option that limits it.</exception>
    public static byte[] Read(string path, long limit, string option)
    {
        long length = new FileInfo(path).Length;
        if (length > limit)
            throw new FormatException($"it is larger than {limit / 1e6:F0} MB (MjLoadOptions.{option})");
        if (length == 0) return [];
        using var file = File.OpenRead(path);
        byte[] content = new byte[length];
        return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }
}
