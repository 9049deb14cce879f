using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Checks a mesh, skin, height field or texture file before MuJoCo reads it, because MuJoCo's readers trust the sizes
/// and indices in such files.
/// </summary>
internal static class AssetCheck
{
    private const int MaximumPixels = 16_777_216 * 6;

    /// <summary>Checks one file that exists.</summary>
    /// <param name="kind">The element that names it, or <c>gmsh</c> for a mesh in that program's own format.</param>
    /// <param name="path">The file.</param>
    /// <param name="type">Its content type, such as <c>model/stl</c>; empty where its name says it.</param>
    /// <param name="where">Where it is named, for messages.</param>
    /// <param name="limits">The limits to enforce.</param>
    /// <exception cref="MujocoException">It is too large or inconsistent.</exception>
    public static void Run(string kind, string path, string type, string where, MjLoadOptions limits)
    {
        try
        {
            byte[] bytes = BoundedFile.Read(path, limits.MaximumAssets, nameof(MjLoadOptions.MaximumAssets));
            if (bytes.Length == 0) throw new FormatException("it is empty");
            var content = new Content(bytes);
            switch (kind, Format(path, type))
            {
                // a text, whose reader takes care
                case ("gmsh", _): break;
                case ("mesh", ".STL"): Stl(content); break;
                case ("mesh", ".MSH"): Msh(content); break;
                case ("mesh", ".OBJ"): Obj(new StreamReader(new MemoryStream(bytes))); break;
                case ("mesh", _): throw new FormatException("mesh files end with .stl, .obj or .msh");
                case ("skin", _): Skin(content); break;
                case ("hfield" or "texture", ".PNG"): Png(content); break;

                // kept for a renderer as it is
                case ("texture", ".KTX"): break;
                case ("hfield", _): HeightField(content); break;
                default: Texture(content); break;
            }
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Refusal(kind, path, where, e);
        }
    }

    /// <summary>The error of a file that cannot be read or is refused.</summary>
    public static MujocoException Refusal(string kind, string path, string where, Exception cause) =>
        new(MujocoError.Model, $"{where}: {kind} file {path}: {Text.OneLine(cause.Message).TrimEnd('.')}.", cause);

    private static string Format(string path, string type) => type switch
    {
        "model/stl" or "model/x.stl-binary" => ".STL",
        "model/obj" => ".OBJ",
        "model/vnd.mujoco.msh" => ".MSH",
        "image/png" => ".PNG",
        "image/ktx" => ".KTX",
        _ => Path.GetExtension(path).ToUpperInvariant(),
    };

    private static void Stl(Content content)
    {
        content.Skip(80);
        int faces = content.Count("triangles");
        for (int i = 0; i < faces; i++)
        {
            content.Floats(12);
            content.Skip(2);
        }
        content.End();
    }

    private static void Msh(Content content)
    {
        int vertices = content.Count("vertices"), normals = content.Count("normals");
        int textured = content.Count("texture coordinates"), faces = content.Count("faces");
        if (normals != 0 && normals != vertices)
            throw new FormatException($"it has {vertices} vertices and {normals} normals");
        CheckTextured(vertices, textured);
        content.Floats(3L * vertices);
        content.Floats(3L * normals);
        content.Floats(2L * textured);
        content.Indices(3L * faces, vertices);
        content.End();
    }

    // positions, texture coordinates and normals are numbered from 1, or backward from the last one with negative
    // numbers
    private static void Obj(StreamReader reader)
    {
        int[] counts = [0, 0, 0];
        var largest = new long[3];
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int kind = words.Length == 0 ? -1 : words[0] switch { "v" => 0, "vt" => 1, "vn" => 2, _ => -1 };
            if (kind >= 0) counts[kind]++;
            if (words.Length == 0 || words[0] is not ("f" or "l" or "p")) continue;
            foreach (string corner in words.AsSpan(1))
            {
                var indices = corner.Split('/');
                if (indices.Length > 3) throw NotACorner(corner);
                for (int i = 0; i < indices.Length; i++)
                {
                    if (indices[i].Length == 0) continue;
                    const NumberStyles Signed = NumberStyles.AllowLeadingSign;
                    if (!int.TryParse(indices[i], Signed, CultureInfo.InvariantCulture, out int index))
                        throw NotACorner(corner);
                    if (index == 0 || index < -counts[i]) throw NotACorner(corner);
                    largest[i] = Math.Max(largest[i], index);
                }
            }
        }
        for (int i = 0; i < 3; i++)
        {
            if (largest[i] > counts[i])
                throw new FormatException($"a face refers to number {largest[i]} of {counts[i]}");
        }
    }

    private static FormatException NotACorner(string word) => new($"'{word}' is not a corner of a face");

    private static void CheckTextured(int vertices, int textured)
    {
        if (textured != 0 && textured != vertices)
            throw new FormatException($"it has {vertices} vertices and {textured} texture coordinates");
    }

    private static void Skin(Content content)
    {
        const int NameLength = 40;
        int vertices = content.Count("vertices"), textured = content.Count("texture coordinates");
        int faces = content.Count("faces"), bones = content.Count("bones");
        CheckTextured(vertices, textured);
        content.Floats(3L * vertices);
        content.Floats(2L * textured);
        content.Indices(3L * faces, vertices);
        for (int i = 0; i < bones; i++)
        {
            if (!content.Skip(NameLength).Contains((byte)0)) throw new FormatException("the name of a bone has no end");
            content.Floats(7);
            int bound = content.Count("vertices of a bone");
            content.Indices(bound, vertices);
            content.Floats(bound);
        }
        content.End();
    }

    private static void HeightField(Content content)
    {
        long points = (long)content.Count("rows") * content.Count("columns");
        if (points is 0 or > 16_777_216) throw new FormatException($"it has {points} points");
        content.Floats(points);
        content.End();
    }

    private static void Texture(Content content)
    {
        long pixels = (long)content.Count("columns") * content.Count("rows");
        if (pixels is 0 or > MaximumPixels) throw new FormatException($"it has {pixels} pixels");
        content.Skip(3 * pixels);
        content.End();
    }

    // the decoder is careful, so only the memory that the picture would take is checked
    private static void Png(Content content)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
        if (!content.Skip(8).SequenceEqual(signature)) throw new FormatException("it is not a PNG picture");
        content.Skip(8);
        long width = BinaryPrimitives.ReadUInt32BigEndian(content.Skip(4));
        long height = BinaryPrimitives.ReadUInt32BigEndian(content.Skip(4));
        if (width == 0 || height == 0 || width * height > MaximumPixels)
            throw new FormatException($"it has {width} x {height} pixels");
    }

    // reads a file from front to end and never beyond it
    private sealed class Content(byte[] bytes)
    {
        private int position;

        public int Count(string what)
        {
            int count = BinaryPrimitives.ReadInt32LittleEndian(Skip(4));
            return count >= 0 ? count : throw new FormatException($"it has {count} {what}");
        }

        public ReadOnlySpan<byte> Skip(long length)
        {
            if (length > bytes.Length - position) throw new FormatException("it ends before its contents do");
            var skipped = bytes.AsSpan(position, (int)length);
            position += (int)length;
            return skipped;
        }

        public void Floats(long count)
        {
            if (MemoryMarshal.Cast<byte, float>(Skip(4 * count)).IndexOfNonFinite() >= 0)
                throw new FormatException("a value in it is not a finite number");
        }

        public void Indices(long count, int limit)
        {
            foreach (int index in MemoryMarshal.Cast<byte, int>(Skip(4 * count)))
            {
                if ((uint)index >= (uint)limit) throw new FormatException($"it refers to vertex {index} of {limit}");
            }
        }

        public void End()
        {
            if (position != bytes.Length) throw new FormatException($"it has {bytes.Length - position} bytes too many");
        }
    }
}
