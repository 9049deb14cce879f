using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>
/// Reads every JSON document of MbMix. What it hands out is sound: bounded, valid UTF-8, no key twice in an object, no
/// lone surrogates, no number beyond the range of a double. Anything else is an error that names the document, the
/// place, what stands there and what is expected.
/// </summary>
internal static class DocumentReader
{
    /// <summary>Levels of arrays and objects at most.</summary>
    public const int MaximumDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file.</summary>
    /// <exception cref="MbMixException">It is no regular file, too large or not sound.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static DocumentValue ReadFile(string path, DocumentKind kind)
    {
        byte[] content;
        try
        {
            content = RegularFile.ReadAllBytes(path, kind.MaximumBytes);
        }
        catch (MbMixException e)
        {
            throw kind.Error(e.Message, e);
        }
        return Parse(content, OneLine.Path(path), kind);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Stream.</param>
    /// <param name="name">What messages call the document.</param>
    /// <param name="kind">What it is.</param>
    public static DocumentValue Read(Stream stream, string name, DocumentKind kind)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > kind.MaximumBytes) throw TooLarge(name, kind);
        }
        return Parse(content.ToArray(), name, kind);
    }

    /// <summary>Reads a document that is in memory.</summary>
    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <param name="name">What messages call the document.</param>
    /// <param name="kind">What it is.</param>
    public static DocumentValue Parse(ReadOnlyMemory<byte> content, string name, DocumentKind kind)
    {
        if (content.Length > kind.MaximumBytes) throw TooLarge(name, kind);
        if (content.Span.StartsWith(ByteOrderMark)) content = content[ByteOrderMark.Length..];
        DocumentScan.Check(content.Span, name, kind);
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions
            {
                MaxDepth = MaximumDepth,
                AllowTrailingCommas = kind.Lenient,
                CommentHandling = kind.Lenient ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            });
            // the root's clone owns its memory, so that nobody has to dispose of it
            return new DocumentValue(document.RootElement.Clone(), name, kind);
        }
        catch (JsonException e)
        {
            throw kind.Error($"{name} is not valid JSON: {DocumentScan.Reason(e)}", e);
        }
    }

    private static MbMixException TooLarge(string name, DocumentKind kind) =>
        kind.Error($"{name} is too large; at most {kind.MaximumBytes} bytes are read.");
}
