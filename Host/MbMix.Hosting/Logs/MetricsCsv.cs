namespace MbMix.Hosting;

/// <summary>Writes <c>metrics.csv</c>: one line per iteration.</summary>
internal sealed class MetricsCsv(LogFile file) : IRunLog
{
    private string[]? columns;

    /// <inheritdoc/>
    public LogFile File => file;

    /// <inheritdoc/>
    public void Write(IterationRecord record)
    {
        var row = MetricColumns.Of(record).ToList();
        if (columns is null)
        {
            columns = [.. row.Select(c => c.Key)];
            if (file.IsEmpty) CsvText.AppendLine(file, columns);
        }
        else if (!row.Select(c => c.Key).SequenceEqual(columns))
        {
            throw new MbMixException(
                $"The algorithm reported different metrics in iteration {record.Iteration} than before; it must "
                + "report the same names every time, with NaN for missing values.");
        }
        CsvText.AppendLine(file, row.Select(c => CsvText.Number(c.Value)));
    }

    /// <inheritdoc/>
    public void Write(EvaluationRecord record)
    {
    }
}
