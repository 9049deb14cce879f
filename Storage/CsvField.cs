namespace MbMix.Storage;

/// <summary>Fields of comma-separated files.</summary>
internal static class CsvField
{
    /// <summary>Puts a field into quotes if it would not be one field otherwise.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
