namespace MujocoSharp.Native;

/// <summary>
/// Checks a model and everything it includes before MuJoCo sees it: MuJoCo's reader is recursive, its compiler
/// allocates whatever a file asks for, and some values make it loop forever.
/// </summary>
internal sealed class MjcfCheck
{
    // MuJoCo overflows the stack of a small thread on deeper models
    private const int MaximumDepth = 200;

    private static readonly string[] FileAttributes =
    [
        "file", "filename", "fileright", "fileleft", "fileup", "filedown", "filefront", "fileback",
    ];

    private readonly MjLoadOptions limits;
    private readonly string folder;
    private readonly Totals totals;
    private readonly MjcfCheck? parent;
    private readonly string self;
    private readonly HashSet<string> included = [];
    private readonly MjcfExpansion expansion = new();
    private readonly MjcfAssets assets;

    /// <summary>Makes a check of one model.</summary>
    /// <param name="limits">The limits to enforce.</param>
    /// <param name="folder">Folder of the model file; paths in the model are relative to it.</param>
    public MjcfCheck(MjLoadOptions limits, string folder)
        : this(limits, folder, string.Empty, null)
    {
    }

    private MjcfCheck(MjLoadOptions limits, string folder, string self, MjcfCheck? parent)
    {
        (this.limits, this.folder, this.self, this.parent) = (limits, folder, self, parent);
        totals = parent?.totals ?? new();
        assets = new(folder);
    }

    /// <summary>Full paths of the files that the check has seen: the model's own first, the others in order.</summary>
    public IEnumerable<string> Files => totals.Files.Take(1).Concat(totals.Files.Skip(1).Distinct().Order());

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
            totals.Files.Add(Path.GetFullPath(path));
            return BoundedFile.Read(path, limits.MaximumText - totals.Bytes, nameof(MjLoadOptions.MaximumText));
        }
        catch (Exception e) when (e is FormatException or IOException
            or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MujocoException(MujocoError.Model, $"{name}: {Text.OneLine(e.Message).TrimEnd('.')}.", e);
        }
    }

    /// <summary>Checks the model's text, the files that it includes, and the asset files that it names.</summary>
    /// <returns>Offset of the outermost element's closing tag; -1 where it has none.</returns>
    /// <exception cref="MujocoException">The model is refused; the message names file, line and cause.</exception>
    public int Run(ReadOnlySpan<byte> text, string name)
    {
        int end = Scan(text, name, folder, 0);
        assets.Check(limits, ref totals.AssetBytes);
        totals.Files.AddRange(assets.Existing);
        return end;
    }

    // paths in an included file may also be relative to its own folder
    private int Scan(ReadOnlySpan<byte> text, string name, string place, int depth)
    {
        totals.Bytes += text.Length;
        if (totals.Bytes > limits.MaximumText) throw TooLarge(name);
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
                double before = expansion.Count;
                expansion.Add(reader.Name, reader["name"], depth + reader.Depth, ref reader);
                totals.Elements += expansion.Count - before;
                if (totals.Elements > limits.MaximumElements)
                {
                    throw new FormatException(
                        $"the model has more than {limits.MaximumElements} elements, with those that are replicated or "
                        + "attached (MjLoadOptions.MaximumElements)");
                }
                Check(ref reader, name, place, depth);
            }
            if (!any) throw new FormatException("there is no element in it");
            return reader.RootEnd;
        }
        catch (FormatException e)
        {
            throw new MujocoException(MujocoError.Model, $"{name}, line {reader.Line}: {e.Message}.", e);
        }
    }

    private void Check(ref MjcfReader reader, string name, string place, int depth)
    {
        foreach (var (attribute, value) in reader.Attributes)
        {
            if (attribute is not ("name" or "class")) MjcfNumbers.Check(reader.Name, attribute, value);
        }

        // MuJoCo compares this name alone without regard to case
        if (reader.Name.Equals("include", StringComparison.OrdinalIgnoreCase) && reader["file"] is { } file)
            Include(file, $"{name}, line {reader.Line}", place, depth + reader.Depth);
        switch (reader.Name)
        {
            case "compiler":
                assets.Configure(reader["meshdir"], reader["texturedir"], reader["assetdir"], reader["strippath"]);
                break;
            case "hfield":
                if (MjcfNumbers.Size(reader["nrow"]) * MjcfNumbers.Size(reader["ncol"]) > MjcfNumbers.MaximumPoints)
                    throw new FormatException("the height field has more than 16,777,216 points");
                break;
            case "mesh" when reader["face"] is { } face:
                MjcfNumbers.CheckFaces(face, MjcfNumbers.Words(reader["vertex"] ?? string.Empty).Length / 3);
                break;
            case "texture":
                if (MjcfNumbers.Size(reader["width"]) * MjcfNumbers.Size(reader["height"])
                    > MjcfNumbers.MaximumPoints * 6.0)
                {
                    throw new FormatException("the texture has more than 100 million pixels");
                }
                break;
            case "model" when reader["file"] is { } child:
                Child(child, reader["name"], $"{name}, line {reader.Line}");
                break;
        }
        if (reader.Name is not ("mesh" or "hfield" or "texture" or "skin" or "flexcomp")) return;
        string kind = reader.Name == "flexcomp" && reader["type"] != "mesh" ? "gmsh" : reader.Name;
        if (kind == "flexcomp") kind = "mesh";
        foreach (string attribute in FileAttributes)
        {
            if (reader[attribute] is { Length: > 0 } asset)
                assets.Add(kind, asset, reader["content_type"] ?? string.Empty, $"{name}, line {reader.Line}");
        }
    }

    // since 3.0 a file that is not beside the model is looked for beside the file that includes it
    private void Include(string file, string where, string place, int depth)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path)) path = Path.Combine(place, file);
        if (!included.Add(Path.GetFullPath(path))) throw Refusal($"{where}: {file} is included more than once.");
        if (!File.Exists(path)) throw Refusal($"{where}: it includes {file}, and there is no such file.");
        string beside = Path.GetDirectoryName(path) ?? string.Empty;
        Scan(ReadText(path, $"{where}: {file}"), $"{where}: {file}", beside, depth);
    }

    // a model to attach; since 3.2
    private void Child(string file, string? name, string where)
    {
        string path = Path.Combine(folder, file), full = Path.GetFullPath(path);
        for (var check = this; check is not null; check = check.parent)
        {
            if (check.self == full) throw Refusal($"{where}: the model {file} contains itself.");
        }

        // MuJoCo itself reports a missing file
        if (!File.Exists(path)) return;
        string place = Path.GetDirectoryName(path) ?? string.Empty;
        var child = new MjcfCheck(limits, place, full, this);
        child.Run(ReadText(path, $"{where}: {file}"), $"{where}: {file}");
        expansion.AddModel(name ?? string.Empty, child.expansion.Count);
    }

    private MujocoException TooLarge(string name) => Refusal(
        $"{name}: the model's text is larger than {limits.MaximumText / 1e6:F0} MB (MjLoadOptions.MaximumText).");

    private static MujocoException Refusal(string message) => new(MujocoError.Model, message);

    // counted over a model and those that it attaches
    private sealed class Totals
    {
        public long Bytes, AssetBytes;
        public double Elements;

        public List<string> Files { get; } = [];
    }
}
