using System.Diagnostics;
using MbMix.Comparison;

namespace MbMix.Cli;

/// <summary>
/// Makes replays of the policies of trainings, for the live page, with <c>mbmix view</c> in processes that give way to
/// everything else: whatever an environment does there, the training does not notice. A replay is made once per policy,
/// and not more often than costs a small share of one core.
/// </summary>
/// <param name="options">Options about plugins that a process needs.</param>
internal sealed class PolicyReplays(IReadOnlyList<string> options) : IDisposable
{
    private const int Share = 20;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Made> pages = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);
    private DirectoryInfo? folder;

    /// <summary>Returns a page with the newest policy of a run, or one that is a little older.</summary>
    /// <exception cref="MbMixException">The replay could not be made.</exception>
    public async Task<byte[]> MakeAsync(string run, CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var policy = File.GetLastWriteTimeUtc(Path.Combine(run, "policy", "policy.safetensors"));
            if (pages.TryGetValue(run, out var made)
                && (made.Policy == policy || Stopwatch.GetElapsedTime(made.Since) < made.Rest))
                return made.Page;
            long start = Stopwatch.GetTimestamp();
            byte[] page = await RecordAsync(run, stop).ConfigureAwait(false);
            var rest = Stopwatch.GetElapsedTime(start) * Share;
            pages[run] = new(policy, page, Stopwatch.GetTimestamp(), rest > Least ? rest : Least);
            return page;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            folder?.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // files in the folder for temporary ones go in time
        }
    }

    private async Task<byte[]> RecordAsync(string run, CancellationToken stop)
    {
        folder ??= Directory.CreateTempSubdirectory("mbmix-replays-");
        string file = Path.Combine(folder.FullName, "replay.html"), log = Path.Combine(folder.FullName, "log.txt");
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        abort.CancelAfter(Patience);
        var launcher = ProcessRunLauncher.ForThisProgram(background: true);
        var exit = await launcher.RunAsync(["view", run, "--out", file, .. options], log, default, abort.Token)
            .ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (exit.Code != ExitCodes.Success)
            throw new MbMixException(
                exit.LastWords.Length > 0 ? OneLine.Limit(exit.LastWords) : "The replay could not be made.");
        return await File.ReadAllBytesAsync(file, stop).ConfigureAwait(false);
    }

    private sealed record Made(DateTime Policy, byte[] Page, long Since, TimeSpan Rest);
}
