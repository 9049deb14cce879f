using System.Text.Json;

namespace MbMix.Storage;

/// <summary>
/// Reads every JSON document of MbMix. The documents that it returns are sound: limited in size, valid UTF-8, without
/// duplicate keys, lone surrogates or numbers beyond the range of a double. Anything else is an error that names the
/// document, the place, what was found there and what is expected.
/// </summary>
internal static class DocumentReader
{
    /// <summary>Largest accepted nesting depth of arrays and objects.</summary>
    public const int MaximumDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a document from a file.</summary>
    /// <exception cref="MbMixException">The file is not a regular file, is too large or is not sound.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
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

    /// <summary>Reads a document from a stream, up to its end.</summary>
    /// <param name="stream">The stream to read.</param>
    /// <param name="name">Name of the document in messages.</param>
    /// <param name="kind">Kind of the document.</param>
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

    /// <summary>Reads a document from memory.</summary>
    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <param name="name">Name of the document in messages.</param>
    /// <param name="kind">Kind of the document.</param>
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
            // the clone owns its memory, so that nobody has to dispose of the document
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
