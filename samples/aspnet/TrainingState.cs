namespace Samples.AspNet;

internal enum TrainingState
{
    Queued,
    Running,
    Completed,
    Canceled,
    Failed,
}
