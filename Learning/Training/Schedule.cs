namespace MbMix.Learning;

/// <summary>Learning-rate schedules as functions of the progress of a run.</summary>
public static class Schedule
{
    /// <summary>A straight line from the start value to the end value; constant beyond.</summary>
    /// <param name="start">Value at progress 0.</param>
    /// <param name="end">Value at progress 1.</param>
    /// <param name="progress">Share of the run that is done.</param>
    public static double Linear(double start, double end, double progress) => start + (end - start) * Math.Clamp(progress, 0, 1);
}
