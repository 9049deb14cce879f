namespace MbMix.Learning;

/// <summary>
/// Applies libtorch's thread count to the calling thread. The count is a setting of the process, but OpenMP keeps its
/// own count per thread, and not every operation synchronizes the two. On a thread where neither had been set, small
/// matrix products ran on all cores, and a hundred times slower when other work was running.
/// </summary>
public static class TorchThread
{
    [ThreadStatic]
    private static bool prepared;

    /// <summary>
    /// Applies the process's thread count to the calling thread. Only the first call on a thread does any work.
    /// </summary>
    public static void Prepare()
    {
        if (prepared) return;
        torch.set_num_threads(torch.get_num_threads());
        prepared = true;
    }
}
