using System.Xml;
using MbMix.Storage;

namespace MbMix.Sim.Native;

/// <summary>
/// Reads an MJCF file, and those that it includes, as a tree of elements. Size, depth and number of elements are
/// bounded, and document types are refused. Paths of included files start at the folder of the main file.
/// </summary>
internal sealed class MjcfReader
{
    private const long LargestFile = 16 << 20;
    private const int MostElements = 100_000, Deepest = 200, MostFiles = 100;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = LargestFile,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private readonly string? folder;
    private readonly HashSet<string> files = [];
    private int elements;

    private MjcfReader(string? folder) => this.folder = folder;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The root element, and the full paths of all files that were read.</returns>
    /// <exception cref="ConfigurationException">It is missing, or malformed.</exception>
    public static (MjcfElement Root, IReadOnlyList<string> Files) ReadFile(string path)
    {
        string full = Path.GetFullPath(path);
        var reader = new MjcfReader(Path.GetDirectoryName(full));
        reader.files.Add(full);
        var root = reader.Root(Open(full, MjcfElement.Short(path)), Path.GetFileName(path), 0);
        return (root, [.. reader.files]);
    }

    /// <summary>Reads a text, which may include no files.</summary>
    /// <param name="text">The XML text.</param>
    /// <param name="name">What messages call it.</param>
    public static MjcfElement ReadText(string text, string name) =>
        new MjcfReader(null).Root(new StringReader(text), name, 0);

    private MjcfElement Root(TextReader text, string file, int depth)
    {
        try
        {
            using var xml = XmlReader.Create(text, Settings);
            var root = Read(xml, file, depth);
            if (root.Name is "mujoco" || (depth > 0 && root.Name is "mujocoinclude")) return root;
            throw root.Error("the root element of an MJCF file is <mujoco>");
        }
        catch (XmlException e)
        {
            string message = e.Message.Split(" Line ")[0].TrimEnd('.');
            throw new ConfigurationException(
                $"{file}, line {e.LineNumber}: this is not XML: {OneLine.Limit(message, 80)}.", e);
        }
        finally
        {
            text.Dispose();
        }
    }

    private MjcfElement Read(XmlReader xml, string file, int depth)
    {
        var lines = (IXmlLineInfo)xml;
        var open = new Stack<MjcfElement>();
        MjcfElement? root = null;
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.EndElement) open.Pop();
            if (xml.NodeType != XmlNodeType.Element) continue;
            bool empty = xml.IsEmptyElement;
            var element = new MjcfElement(xml.Name, file, lines.LineNumber);
            while (xml.MoveToNextAttribute()) element.Attributes[xml.Name] = xml.Value;
            if (++elements > MostElements) throw element.Error($"there are more than {MostElements} elements");
            if (open.Count + depth > Deepest) throw element.Error($"elements are nested more than {Deepest} deep");
            root ??= element;
            if (open.TryPeek(out var parent))
            {
                if (element.Name == "include") parent.Children.AddRange(Included(element, open.Count + depth));
                else parent.Children.Add(element);
            }
            if (!empty) open.Push(element);
        }
        return root ?? throw new XmlException("it has no root element");
    }

    private List<MjcfElement> Included(MjcfElement include, int depth)
    {
        string given = include["file"] ?? throw include.Error("it has no attribute 'file'");
        if (folder is null) throw include.Error("a model without a folder includes nothing");
        if (Path.IsPathRooted(given))
        {
            throw include.Error(
                $"'{MjcfElement.Short(given)}' is an absolute path; give one that starts at the folder of the model");
        }
        string full = Path.GetFullPath(Path.Combine(folder, given));
        if (!files.Add(full)) throw include.Error($"'{MjcfElement.Short(given)}' is included twice");
        if (files.Count > MostFiles) throw include.Error($"more than {MostFiles} files are included");
        return Root(Open(full, $"{MjcfElement.Short(given)}, included on line {include.Line},"), given, depth).Children;
    }

    private static StreamReader Open(string path, string what)
    {
        try
        {
            return new StreamReader(new MemoryStream(RegularFile.ReadAllBytes(path, LargestFile)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"{what} cannot be read: {FileTrouble.ReasonOf(e)}.", e);
        }
        catch (MbMixException e)
        {
            throw new ConfigurationException($"{what} cannot be read: {e.Message}", e);
        }
    }
}
