namespace MbMix.Storage;

/// <summary>
/// Marks exceptions whose message already says whose they are, so that nobody puts the name of a plugin in front of
/// them, be it once more or that of another one.
/// </summary>
internal static class Attribution
{
    private const string Key = "MbMix.Attributed";

    /// <summary>Marks an exception and returns it.</summary>
    public static T Attributed<T>(this T exception)
        where T : Exception
    {
        exception.Data[Key] = true;
        return exception;
    }

    /// <summary>Whether an exception is marked.</summary>
    public static bool IsAttributed(this Exception exception) => exception.Data.Contains(Key);
}
