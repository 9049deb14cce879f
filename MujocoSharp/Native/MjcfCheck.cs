using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>
/// Checks a model and everything it includes before MuJoCo sees it: MuJoCo's reader is recursive, its compiler
/// allocates whatever a file asks for, and some values make it loop forever.
/// </summary>
/// <param name="limits">The limits to enforce.</param>
/// <param name="folder">Folder of the model file; paths in the model are relative to it.</param>
internal sealed class MjcfCheck(MjLoadOptions limits, string folder)
{
    // MuJoCo overflows the stack of a small thread on deeper models
    private const int MaximumDepth = 200;

    // the largest product of an attribute's numbers that is accepted
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

    private static readonly string[] FileAttributes =
        ["file", "fileright", "fileleft", "fileup", "filedown", "filefront", "fileback"];

    private readonly HashSet<string> included = [];
    private readonly List<(string Kind, string File, string Where)> assets = [];
    private long bytes;
    private int elements;
    private string meshFolder = string.Empty, textureFolder = string.Empty;
    private bool stripPath;

    /// <summary>Full paths of the files that the model includes or names, in the order of their names.</summary>
    public IEnumerable<string> Files =>
        included.Concat(assets.Select(a => Path.GetFullPath(Resolve(a.Kind, a.File))).Where(File.Exists)).Distinct().Order();

    /// <summary>Reads a file.</summary>
    /// <exception cref="MujocoException">The file cannot be read or is too large.</exception>
    public byte[] ReadText(string path, string name)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw Directory.Exists(path)
                    ? Refusal($"{name}: this is a folder; name a model file.")
                    : Refusal($"{name}: there is no such file.");
            }
            return BoundedFile.Read(path, limits.MaximumText - bytes, nameof(MjLoadOptions.MaximumText));
        }
        catch (Exception e) when (e is FormatException or IOException
            or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MujocoException(MujocoError.Model, $"{name}: {Text.OneLine(e.Message)}.", e);
        }
    }

    /// <summary>Checks the model's text, the files that it includes, and the asset files that it names.</summary>
    /// <returns>Offset of the outermost element's closing tag; -1 where it has none.</returns>
    /// <exception cref="MujocoException">The model is refused; the message names file, line and cause.</exception>
    public int Run(ReadOnlySpan<byte> text, string name)
    {
        int end = Scan(text, name, 0);
        long total = 0;
        var files = new Dictionary<(string Kind, string Path), string>();
        foreach (var (kind, file, where) in assets)
        {
            // MuJoCo itself reports a missing file
            string path = Resolve(kind, file);
            if (!File.Exists(path)) continue;

            // counted once per mention, because MuJoCo reads the file each time
            total += new FileInfo(path).Length;
            if (total > limits.MaximumAssets)
            {
                throw Refusal(
                    $"{where}: the files the model names are together larger than {limits.MaximumAssets / 1e6:F0} MB "
                    + "(MjLoadOptions.MaximumAssets).");
            }
            files.TryAdd((kind, path), where);
        }
        foreach (var ((kind, path), where) in files) AssetCheck.Run(kind, path, where, limits);
        return end;
    }

    private int Scan(ReadOnlySpan<byte> text, string name, int depth)
    {
        bytes += text.Length;
        if (bytes > limits.MaximumText) throw TooLarge(name);
        if (text.Contains((byte)0)) throw Refusal($"{name}: there is a zero byte in it; this is not a model file.");
        var reader = new MjcfReader(text);
        try
        {
            bool any = false;
            while (reader.Read())
            {
                any = true;
                if (depth + reader.Depth > MaximumDepth)
                    throw new FormatException($"elements are nested more than {MaximumDepth} deep");
                if (++elements > limits.MaximumElements)
                {
                    throw new FormatException(
                        $"the model has more than {limits.MaximumElements} elements (MjLoadOptions.MaximumElements)");
                }
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
                meshFolder = reader["meshdir"] ?? reader["assetdir"] ?? meshFolder;
                textureFolder = reader["texturedir"] ?? reader["assetdir"] ?? textureFolder;
                stripPath = reader["strippath"] is { } strip ? strip == "true" : stripPath;
                break;
            case "hfield":
                if (First(reader["nrow"]) * First(reader["ncol"]) > 16_777_216)
                    throw new FormatException("the height field has more than 16,777,216 points");
                break;
            case "mesh" when reader["face"] is { } face:
                Faces(face, Words(reader["vertex"] ?? string.Empty).Length / 3);
                break;
            case "texture":
                if (First(reader["width"]) * First(reader["height"]) > 16_777_216 * 6)
                    throw new FormatException("the texture has more than 100 million pixels");
                break;
        }
        if (reader.Name is not ("mesh" or "hfield" or "texture" or "skin")) return;
        foreach (string attribute in FileAttributes)
        {
            if (reader[attribute] is { Length: > 0 } file)
                assets.Add((reader.Name, file, $"{name}, line {reader.Line}"));
        }
    }

    // MuJoCo 2.2.2 does not check these numbers and writes out of bounds
    private static void Faces(string face, int vertices)
    {
        foreach (string word in Words(face))
        {
            bool number = int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out int vertex);
            if (!number || vertex < 0 || vertex >= vertices)
            {
                throw new FormatException(
                    $"face of mesh names vertex '{word}'; the mesh has {vertices} vertices, numbered from 0");
            }
        }
    }

    private static string[] Words(string value) => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static void Numbers(string element, string attribute, string value)
    {
        double product = 1;
        foreach (string word in Words(value))
        {
            bool parsed = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
            if (IsNotFinite(word) || (parsed && !double.IsFinite(number)))
                throw new FormatException($"{attribute} of {element} is '{word}'; a finite number was expected");
            if (parsed)
            {
                if (element == "size" && number < -1)
                {
                    throw new FormatException(
                        $"{attribute} of size is '{word}'; a size is not negative, or -1 for MuJoCo's choice");
                }
                product *= Math.Max(1, Math.Abs(number));
            }
        }
        if (Largest.TryGetValue((element, attribute), out double largest) && product > largest)
        {
            string limit = largest.ToString(CultureInfo.InvariantCulture);
            throw new FormatException($"{attribute} of {element} is '{value}'; at most {limit} is accepted");
        }
    }

    // the spellings that MuJoCo's C functions read as NaN or infinity
    private static bool IsNotFinite(string word)
    {
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        var bare = word.AsSpan().TrimStart("+-");
        return bare.Equals("nan", AnyCase) || bare.StartsWith("nan(", AnyCase)
            || bare.Equals("inf", AnyCase) || bare.Equals("infinity", AnyCase);
    }

    private void Include(string file, string where, int depth)
    {
        string path = Path.Combine(folder, file);
        if (!included.Add(Path.GetFullPath(path))) throw Refusal($"{where}: {file} is included more than once.");
        if (!File.Exists(path)) throw Refusal($"{where}: it includes {file}, and there is no such file.");
        Scan(ReadText(path, $"{where}: {file}"), $"{where}: {file}", depth);
    }

    private string Resolve(string kind, string file)
    {
        if (stripPath) file = Path.GetFileName(file);
        return Path.Combine(folder, kind == "texture" ? textureFolder : meshFolder, file);
    }

    private MujocoException TooLarge(string name) => Refusal(
        $"{name}: the model's text is larger than {limits.MaximumText / 1e6:F0} MB (MjLoadOptions.MaximumText).");

    private static MujocoException Refusal(string message) => new(MujocoError.Model, message);

    private static double First(string? value)
    {
        const NumberStyles Float = NumberStyles.Float;
        bool parsed = double.TryParse(value.AsSpan().Trim(), Float, CultureInfo.InvariantCulture, out double number);
        return parsed ? Math.Abs(number) : 0;
    }
}
