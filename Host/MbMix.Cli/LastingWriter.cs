using System.Text;

namespace MbMix.Cli;

/// <summary>
/// Writes to the console as long as there is one. Once the terminal is closed or the reader of a pipe is gone, it drops
/// everything, because a training must not end for lack of somebody who watches it.
/// </summary>
internal sealed class LastingWriter(TextWriter console) : TextWriter
{
    // numbers of the errors "input/output error" and "broken pipe"
    private const int Gone = 5, Broken = 32;

    private bool gone;

    public override Encoding Encoding => console.Encoding;

    /// <summary>Wraps standard output and standard error of the process.</summary>
    public static void Install()
    {
        Console.SetOut(Synchronized(new LastingWriter(Console.Out)));
        Console.SetError(Synchronized(new LastingWriter(Console.Error)));
    }

    public override void Write(char value) => Try(() => console.Write(value));

    public override void Write(string? value) => Try(() => console.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => console.Write(buffer, index, count));

    // in one piece, so that lines of several threads do not mix
    public override void WriteLine(string? value) => Try(() => console.WriteLine(value));

    public override void WriteLine() => Try(console.WriteLine);

    public override void Flush() => Try(console.Flush);

    private void Try(Action write)
    {
        if (gone) return;
        try
        {
            write();
        }
        catch (IOException e) when (e.HResult is Gone or Broken)
        {
            gone = true;
        }
    }
}
