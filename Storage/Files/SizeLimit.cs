namespace MbMix.Storage;

/// <summary>
/// A limit of the process or of the file system on the size of files. The framework reports it as an argument that is
/// out of range, which nobody expects from a write.
/// </summary>
internal static class SizeLimit
{
    // the system's number of the error
    private const int TooLarge = 27;

    /// <summary>Writes, and turns the framework's exception into an <see cref="IOException"/>.</summary>
    public static void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new IOException("File too large", TooLarge);
        }
    }
}
