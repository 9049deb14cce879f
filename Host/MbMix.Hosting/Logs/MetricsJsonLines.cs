using System.Buffers;
using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>
/// Writes <c>metrics.jsonl</c>: one JSON object per iteration, with the columns of <c>metrics.csv</c> as keys and null
/// for values that are not finite.
/// </summary>
internal sealed class MetricsJsonLines(LogFile file) : IRunLog
{
    /// <inheritdoc/>
    public LogFile File => file;

    /// <inheritdoc/>
    public void Write(IterationRecord record)
    {
        using (var json = new Utf8JsonWriter(file.Writer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in MetricColumns.Of(record))
            {
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteNull(name);
            }
            json.WriteEndObject();
        }
        file.Writer.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void Write(EvaluationRecord record)
    {
    }
}
