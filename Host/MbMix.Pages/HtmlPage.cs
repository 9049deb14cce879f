using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace MbMix.Pages;

/// <summary>
/// An HTML page in one file: scripts, styles and data are inside, compressed, and a content security policy keeps it
/// from running anything else and from reaching any network. The same content gives the same bytes.
/// </summary>
/// <remarks>
/// Scripts are ES modules that import each other by name; <see cref="Library"/> and <see cref="Module"/> add them. The
/// module <c>mbmix/page</c> gives them the data. Text of users goes in by <see cref="Data"/> and is shown as
/// <c>textContent</c>, or by <see cref="PageText.Html"/> into <see cref="Body"/>.
/// </remarks>
/// <param name="title">Title of the page, as plain text.</param>
public sealed class HtmlPage(string title)
{
    private readonly SortedDictionary<string, string> modules = new(StringComparer.Ordinal)
    {
        ["mbmix/page"] = WebLibraries.Asset("page.js"),
    };

    private readonly SortedDictionary<string, string> data = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly SortedSet<WebLibrary> libraries = [];
    private readonly List<string> styles = [];

    /// <summary>
    /// Markup inside the element <c>body</c>; text of users must have gone through <see cref="PageText.Html"/>.
    /// </summary>
    public string Body { get; set; } = "";

    /// <summary>Name of the module that is run when the page is loaded; null for a page without scripts.</summary>
    public string? Start { get; set; }

    /// <summary>
    /// Where scripts may connect to, as a source of a content security policy such as <c>'self'</c>; nowhere unless
    /// set.
    /// </summary>
    public string Connect { get; set; } = "'none'";

    /// <summary>Adds a library of others: its modules, style sheet and license.</summary>
    /// <exception cref="MbMixException">The program was built without the library.</exception>
    public void Library(WebLibrary library)
    {
        if (!libraries.Add(library)) return;
        foreach (var (name, text) in WebLibraries.Modules(library)) modules[name] = text;
        if (WebLibraries.Style(library) is { } style) styles.Insert(0, style);
        data["license/" + WebLibraries.NameOf(library)] = PageText.Json(WebLibraries.License(library));
    }

    /// <summary>Adds a script of our own as a module.</summary>
    /// <param name="name">Name that scripts import it by, such as <c>mbmix/player</c>.</param>
    /// <param name="text">The script.</param>
    public void Module(string name, string text) => modules[name] = text;

    /// <summary>Adds a style sheet.</summary>
    /// <param name="text">The style sheet, without text of users.</param>
    public void Style(string text) => styles.Add(text);

    /// <summary>Adds a value, which scripts get as <c>data(id)</c>.</summary>
    /// <param name="id">Name of the value.</param>
    /// <param name="value">Anything that JSON can express; properties are in camel case.</param>
    public void Data<T>(string id, T value) => data[id] = PageText.Json(value);

    /// <summary>Adds bytes, which scripts get as <c>await bytes(id)</c>, an ArrayBuffer.</summary>
    /// <param name="id">Name of the bytes.</param>
    /// <param name="content">The bytes; they are compressed here.</param>
    public void Bytes(string id, ReadOnlySpan<byte> content) => blobs[id] = Compress(content);

    /// <summary>Returns the page in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>Returns the page.</summary>
    public override string ToString()
    {
        var content = new StringBuilder();
        foreach (var (id, json) in data) Script(content, "application/json", id, json);
        foreach (var (id, bytes) in blobs)
            Script(content, "application/octet-stream", id, Convert.ToBase64String(bytes));
        if (Start is not null)
        {
            foreach (var (name, text) in modules)
            {
                byte[] packed = Compress(Encoding.UTF8.GetBytes(text));
                Script(content, "application/x-module", name, Convert.ToBase64String(packed));
            }
        }
        string css = string.Join('\n', styles), loader = Start is null ? "" : WebLibraries.Asset("loader.js");
        // who writes into the content cannot know what it will hash to
        byte[] whole = Encoding.UTF8.GetBytes($"{title}\n{Body}\n{css}\n{content}");
        string nonce = Convert.ToHexStringLower(SHA256.HashData(whole))[..32];
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy(nonce)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>{PageText.Html(title)}</title>
            <link rel="icon" href="data:,">
            <style nonce="{nonce}">
            {css}
            </style>
            </head>
            <body>
            {Body}

            """);
        page.Append(content);
        if (Start is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"""
                <script nonce="{nonce}" data-start="{PageText.Html(Start)}">
                {loader}</script>

                """);
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    private string Policy(string nonce) => string.Join("; ",
        "default-src 'none'", $"script-src 'nonce-{nonce}' blob:", $"style-src 'nonce-{nonce}'",
        "img-src data: blob:", $"connect-src {Connect}", "base-uri 'none'", "form-action 'none'");

    private static void Script(StringBuilder content, string type, string id, string text) => content.Append(
        CultureInfo.InvariantCulture, $"<script type=\"{type}\" data-id=\"{PageText.Html(id)}\">{text}</script>\n");

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }
}
