using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Search;

/// <summary>
/// A file to which everything that happens in a search is appended, one JSON object per line, flushed to disk before
/// anything follows from it. A last line that was torn by a kill is cut off; it is as if it had not happened.
/// </summary>
internal sealed class SearchJournal : IDisposable
{
    private const int MaximumBytes = 256 << 20;

    private readonly FileStream stream, held;

    private SearchJournal(FileStream stream, FileStream held, IReadOnlyList<DocumentValue> events) =>
        (this.stream, this.held, Events) = (stream, held, events);

    /// <summary>What was in the file when it was opened.</summary>
    public IReadOnlyList<DocumentValue> Events { get; }

    /// <summary>
    /// Opens a journal, or begins a new one. Everybody may read it then, but only this object writes it, because it
    /// holds a lock file beside it.
    /// </summary>
    /// <exception cref="MbMixException">The file is in use, is damaged or cannot be opened.</exception>
    public static SearchJournal Open(string path)
    {
        FileStream? stream = null, held = null;
        string hold = Path.ChangeExtension(path, ".lock");
        try
        {
            foreach (string file in new[] { path, hold }) RegularFile.RequireWritable(file);
            held = Hold(hold);
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            return new SearchJournal(stream, held, Read(stream, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            held?.Dispose();
            throw new MbMixException(
                $"{OneLine.Path(path)} could not be opened: {OneLine.Limit(FileTrouble.ReasonOf(e), taken: 150)}", e);
        }
        catch (MbMixException)
        {
            stream?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Appends an event.</summary>
    public void Append(JsonObject happened)
    {
        byte[] line = Encoding.UTF8.GetBytes(happened.ToJsonString() + "\n");
        try
        {
            SizeLimit.Guard(() =>
            {
                stream.Write(line);
                stream.Flush(flushToDisk: true);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MbMixException(
                $"{OneLine.Path(stream.Name)} could not be written: {OneLine.Limit(FileTrouble.ReasonOf(e), 150)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        held.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new MbMixException(
                $"{OneLine.Path(Path.GetDirectoryName(path)!)} is in use by another search: wait for it, end it, or "
                + "choose another folder with --out.",
                e);
        }
    }

    private static List<DocumentValue> Read(FileStream stream, string path)
    {
        var (events, whole) = Lines(stream, path);
        if (whole < stream.Length) stream.SetLength(whole);
        stream.Position = whole;
        return events;
    }

    private static (List<DocumentValue> Events, long Whole) Lines(FileStream stream, string path)
    {
        if (stream.Length > MaximumBytes) throw RegularFile.TooLarge(path, stream.Length, MaximumBytes);
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        var events = new List<DocumentValue>();
        int start = 0;
        for (int end; (end = Array.IndexOf(content, (byte)'\n', start)) >= 0; start = end + 1)
        {
            string name = $"{OneLine.Path(path)}, line {events.Count + 1}";
            events.Add(DocumentReader.Parse(content.AsMemory(start, end - start), name, DocumentKind.Record));
        }
        return (events, start);
    }
}
