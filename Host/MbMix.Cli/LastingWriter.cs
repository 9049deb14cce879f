using System.Text;

namespace MbMix.Cli;

/// <summary>
/// Writes to the console as long as that is possible, and drops everything after the first failure: a training must not
/// end because its terminal was closed, the reader of a pipe is gone or a disk is full.
/// </summary>
internal sealed class LastingWriter(TextWriter console) : TextWriter
{
    // numbers of the errors "input/output error" and "broken pipe": whoever was reading has left
    private const int Gone = 5, Broken = 32;

    private Exception? failure;

    public override Encoding Encoding => console.Encoding;

    /// <summary>Wraps standard output and standard error of the process.</summary>
    /// <returns>The writer of standard output.</returns>
    public static LastingWriter Install()
    {
        var output = new LastingWriter(Console.Out);
        Console.SetOut(Synchronized(output));
        Console.SetError(Synchronized(new LastingWriter(Console.Error)));
        return output;
    }

    /// <summary>
    /// Says in one line why something could not be written that somebody may be missing; null if there is nothing.
    /// </summary>
    public string? DescribeLoss() => failure is null or IOException { HResult: Gone or Broken }
        ? null
        : $"The output could not be written: {FileTrouble.ReasonOf(failure)}";

    public override void Write(char value) => Try(() => console.Write(value));

    public override void Write(string? value) => Try(() => console.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => console.Write(buffer, index, count));

    // in one piece, so that lines of several threads do not mix
    public override void WriteLine(string? value) => Try(() => console.WriteLine(value));

    public override void WriteLine() => Try(console.WriteLine);

    public override void Flush() => Try(console.Flush);

    private void Try(Action write)
    {
        if (failure is not null) return;
        try
        {
            SizeLimit.Guard(write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e;
        }
    }
}
