namespace MbMix.Learning;

/// <summary>Schedules of learning rates and weights, as functions of the progress of a run.</summary>
public static class Schedule
{
    /// <summary>Interpolates linearly between the start and end values; constant outside the range 0 to 1.</summary>
    /// <param name="start">Value at progress 0.</param>
    /// <param name="end">Value at progress 1.</param>
    /// <param name="progress">Share of the run that is done, 0 to 1.</param>
    public static double Linear(double start, double end, double progress) =>
        start + (end - start) * Math.Clamp(progress, 0, 1);
}
