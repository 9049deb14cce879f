using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>
/// Looks at a model and all it includes before MuJoCo does: MuJoCo's reader is recursive, its compiler allocates what it is told to, and
/// some values send it into endless loops.
/// </summary>
/// <param name="limits">What is accepted.</param>
/// <param name="folder">Folder of the model file, which everything it names is relative to.</param>
internal sealed class MjcfCheck(MjLoadOptions limits, string folder)
{
    // deeper models overflow the stack of a small thread inside MuJoCo
    private const int MaximumDepth = 200;

    // largest product of an attribute's numbers
    private static readonly Dictionary<(string Element, string Attribute), double> Largest = new()
    {
        [("composite", "count")] = 10_000,
        [("skin", "subgrid")] = 30,
        [("texture", "width")] = 16_384,
        [("texture", "height")] = 16_384 * 6,
        [("texture", "gridsize")] = 144,
        [("hfield", "nrow")] = 16_384,
        [("hfield", "ncol")] = 16_384,
        [("numeric", "size")] = 1_000_000,
        [("user", "dim")] = 100_000,
        [("size", "nkey")] = 10_000,
        [("size", "nuserdata")] = 10_000_000,
        [("size", "njmax")] = 1_000_000,
        [("size", "nconmax")] = 1_000_000,
        [("size", "nuser_body")] = 10_000,
        [("size", "nuser_jnt")] = 10_000,
        [("size", "nuser_geom")] = 10_000,
        [("size", "nuser_site")] = 10_000,
        [("size", "nuser_cam")] = 10_000,
        [("size", "nuser_tendon")] = 10_000,
        [("size", "nuser_actuator")] = 10_000,
        [("size", "nuser_sensor")] = 10_000,
    };

    private static readonly string[] FileAttributes = ["file", "fileright", "fileleft", "fileup", "filedown", "filefront", "fileback"];

    private readonly HashSet<string> included = [];
    private readonly List<(string Kind, string File, string Where)> assets = [];
    private long bytes;
    private int elements;
    private string meshFolder = string.Empty, textureFolder = string.Empty;
    private bool stripPath;

    /// <summary>Reads a file.</summary>
    /// <exception cref="MujocoException">It cannot be read or is too large.</exception>
    public byte[] ReadText(string path, string name)
    {
        try
        {
            if (!File.Exists(path))
                throw new MujocoException(MujocoError.Model, $"{name}: {(Directory.Exists(path) ? "this is a folder; name a model file" : "there is no such file")}.");
            return BoundedFile.Read(path, limits.MaximumText - bytes, nameof(MjLoadOptions.MaximumText));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MujocoException(MujocoError.Model, $"{name}: {Text.OneLine(e.Message)}.", e);
        }
    }

    /// <summary>Checks the model's text, the files it includes and the sizes of those it names.</summary>
    /// <returns>Where the closing tag of the outermost element starts; -1 where it has none.</returns>
    /// <exception cref="MujocoException">Something is wrong; the message names file, line and cause.</exception>
    public int Run(ReadOnlySpan<byte> text, string name)
    {
        int end = Scan(text, name, 0);
        long total = 0;
        var files = new Dictionary<(string Kind, string Path), string>();
        foreach (var (kind, file, where) in assets)
        {
            // a missing one is left for MuJoCo to report
            string path = Resolve(kind, file);
            if (!File.Exists(path)) continue;

            // MuJoCo reads a file as often as it is named
            total += new FileInfo(path).Length;
            if (total > limits.MaximumAssets)
                throw new MujocoException(MujocoError.Model, $"{where}: the files the model names are together larger than {limits.MaximumAssets / 1e6:F0} MB (MjLoadOptions.MaximumAssets).");
            files.TryAdd((kind, path), where);
        }
        foreach (var ((kind, path), where) in files) AssetCheck.Run(kind, path, where, limits);
        return end;
    }

    private int Scan(ReadOnlySpan<byte> text, string name, int depth)
    {
        bytes += text.Length;
        if (bytes > limits.MaximumText) throw TooLarge(name);
        if (text.Contains((byte)0)) throw new MujocoException(MujocoError.Model, $"{name}: there is a zero byte in it; this is no model file.");
        var reader = new MjcfReader(text);
        try
        {
            bool any = false;
            while (reader.Read())
            {
                any = true;
                if (depth + reader.Depth > MaximumDepth) throw new FormatException($"elements are nested more than {MaximumDepth} deep");
                if (++elements > limits.MaximumElements) throw new FormatException($"the model has more than {limits.MaximumElements} elements (MjLoadOptions.MaximumElements)");
                Check(ref reader, name, depth);
            }
            if (!any) throw new FormatException("there is no element in it");
            return reader.RootEnd;
        }
        catch (FormatException e)
        {
            throw new MujocoException(MujocoError.Model, $"{name}, line {reader.Line}: {e.Message}.", e);
        }
    }

    private void Check(ref MjcfReader reader, string name, int depth)
    {
        foreach (var (attribute, value) in reader.Attributes)
        {
            if (attribute is not ("name" or "class")) Numbers(reader.Name, attribute, value);
        }
        switch (reader.Name)
        {
            case "include" when reader["file"] is { } file:
                Include(file, $"{name}, line {reader.Line}", depth + reader.Depth);
                break;
            case "compiler":
                meshFolder = reader["meshdir"] ?? meshFolder;
                textureFolder = reader["texturedir"] ?? textureFolder;
                stripPath = reader["strippath"] is { } strip ? strip == "true" : stripPath;
                break;
            case "hfield":
                if (First(reader["nrow"]) * First(reader["ncol"]) > 16_777_216) throw new FormatException("the height field has more than 16,777,216 points");
                break;
            case "mesh" when reader["face"] is { } face:
                Faces(face, Words(reader["vertex"] ?? string.Empty).Length / 3);
                break;
            case "texture":
                if (First(reader["width"]) * First(reader["height"]) > 16_777_216 * 6) throw new FormatException("the texture has more than 100 million pixels");
                break;
        }
        if (reader.Name is not ("mesh" or "hfield" or "texture" or "skin")) return;
        foreach (string attribute in FileAttributes)
        {
            if (reader[attribute] is { Length: > 0 } file) assets.Add((reader.Name, file, $"{name}, line {reader.Line}"));
        }
    }

    // MuJoCo 2.2.2 takes the numbers as they are and writes beyond its memory
    private static void Faces(string face, int vertices)
    {
        foreach (string word in Words(face))
        {
            if (!int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out int vertex) || vertex < 0 || vertex >= vertices)
                throw new FormatException($"face of mesh names vertex '{word}'; the mesh has {vertices} vertices, numbered from 0");
        }
    }

    private static string[] Words(string value) => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static void Numbers(string element, string attribute, string value)
    {
        double product = 1;
        foreach (string word in Words(value))
        {
            var bare = word.AsSpan().TrimStart("+-");
            if (bare.Equals("nan", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("nan(", StringComparison.OrdinalIgnoreCase)
                || bare.Equals("inf", StringComparison.OrdinalIgnoreCase) || bare.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            {
                throw new FormatException($"{attribute} of {element} is '{word}'; a finite number was expected");
            }
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                if (!double.IsFinite(number)) throw new FormatException($"{attribute} of {element} is '{word}'; a finite number was expected");
                if (element == "size" && number < -1) throw new FormatException($"{attribute} of size is '{word}'; a size is not negative, or -1 for MuJoCo's choice");
                product *= Math.Max(1, Math.Abs(number));
            }
        }
        if (Largest.TryGetValue((element, attribute), out double largest) && product > largest)
            throw new FormatException($"{attribute} of {element} is '{value}'; at most {largest.ToString(CultureInfo.InvariantCulture)} is accepted");
    }

    private void Include(string file, string where, int depth)
    {
        string path = Path.Combine(folder, file);
        if (!included.Add(Path.GetFullPath(path))) throw new MujocoException(MujocoError.Model, $"{where}: {file} is included more than once.");
        if (!File.Exists(path)) throw new MujocoException(MujocoError.Model, $"{where}: it includes {file}, and there is no such file.");
        Scan(ReadText(path, $"{where}: {file}"), $"{where}: {file}", depth);
    }

    private string Resolve(string kind, string file)
    {
        if (stripPath) file = Path.GetFileName(file);
        return Path.Combine(folder, kind == "texture" ? textureFolder : meshFolder, file);
    }

    private MujocoException TooLarge(string name) =>
        new(MujocoError.Model, $"{name}: the model's text is larger than {limits.MaximumText / 1e6:F0} MB (MjLoadOptions.MaximumText).");

    private static double First(string? value) =>
        value is not null && double.TryParse(value.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? Math.Abs(number) : 0;
}
