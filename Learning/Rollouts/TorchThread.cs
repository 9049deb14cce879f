namespace MbMix.Learning;

/// <summary>
/// libtorch's number of threads is a setting of the process, but OpenMP keeps its own per thread, and not every operation brings the two
/// together: on a thread that has never asked, small matrix products ran on all cores, and a hundred times slower beside other work.
/// </summary>
public static class TorchThread
{
    [ThreadStatic]
    private static bool prepared;

    /// <summary>Applies the process's setting to the calling thread; free of cost after the first call.</summary>
    public static void Prepare()
    {
        if (prepared) return;
        torch.set_num_threads(torch.get_num_threads());
        prepared = true;
    }
}
