using System.Diagnostics;

namespace MbMix.Tests.Support;

/// <summary>One run of the command that is killed again and again, and resumed each time.</summary>
internal sealed class HostKills(HostCommand mbmix, string run, int seed)
{
    private const int Attempts = 4;
    private readonly Random random = new(seed);
    private string[] left = [];

    /// <summary>Kills after which half a checkpoint lay on the disk.</summary>
    public int WhileWriting { get; private set; }

    /// <summary>Lines in the run's metrics, the header included.</summary>
    public int Lines
    {
        get
        {
            string path = mbmix[run + "/metrics.csv"];
            if (!File.Exists(path)) return 0;
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Count(c => c == '\n');
        }
    }

    /// <summary>Whether a checkpoint is half written by the present process; what an earlier kill left behind does not count.</summary>
    private bool Writing => HalfWritten().Except(left).Any();

    /// <summary>Waits until something is true, but not for ever.</summary>
    public static void Await(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Shell.Patience, "nothing happened");
            Thread.Sleep(1);
        }
    }

    /// <summary>Trains with the given arguments through the given kills, and then to the end. A kill that just misses a write is tried again.</summary>
    public HostCommandResult Train(IEnumerable<HostKill> kills, params string[] arguments)
    {
        string[] anew = [.. arguments, "--out", mbmix[run]];
        var process = mbmix.Begin(anew);
        foreach (var kill in kills)
        {
            int writes = WhileWriting;
            for (int attempt = 0; attempt < (kill == HostKill.WhileWriting ? Attempts : 1) && WhileWriting == writes; attempt++)
            {
                Wait(kill, process);
                Assert.False(process.HasExited, $"the training was over before all kills were done: {(process.HasExited ? process.StandardError.ReadToEnd() : "")}");
                process.Kill();
                process.WaitForExit();
                if (Writing) WhileWriting++;
                left = [.. HalfWritten()];
                // killed before it had begun, there is nothing yet to resume
                process = File.Exists(mbmix[run + "/config.json"]) ? mbmix.Begin("train", "--resume", mbmix[run]) : mbmix.Begin(anew);
            }
        }
        return HostCommand.Finish(process);
    }

    private IEnumerable<string> HalfWritten() => Directory.Exists(mbmix[run + "/checkpoints"])
        ? new DirectoryInfo(mbmix[run + "/checkpoints"]).EnumerateFiles("*.tmp").Select(file => $"{file.Name} {file.LastWriteTimeUtc.Ticks}")
        : [];

    private void Wait(HostKill kill, Process process)
    {
        if (kill == HostKill.AnyTime)
        {
            Thread.Sleep(random.Next(1000));
            return;
        }
        int before = Lines;
        Await(() => process.HasExited || (kill == HostKill.WhileWriting ? Writing : Lines > before + 1));
        if (kill == HostKill.AfterProgress) Thread.Sleep(random.Next(60));
    }
}
